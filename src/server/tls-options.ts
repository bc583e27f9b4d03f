/** The rows of the options table on TLS: for `--host`/`--port`, and for each listen URL that does not say it itself. */
import type { ClientCertPolicy } from "./tls/settings.ts";

/** A row that may be given several times. */
export interface TlsListRow {
  readonly type: "texts";
  readonly default: readonly string[];
  readonly group: "tls";
  readonly value: string;
  readonly help: string;
}

/** A row that is unset until someone sets it. */
export interface TlsTextRow {
  readonly type: "text";
  readonly group: "tls";
  readonly value: string;
  readonly help: string;
}

/** A row with few values. */
export interface TlsChoiceRow<Choice extends string> extends TlsTextRow {
  readonly choices: readonly Choice[];
}

type TextName = "tlsCiphers" | "tlsPassphraseFile" | "tlsPassphraseEnv" | "tlsTicketKeys";

/** A row that is on or off. */
export interface TlsSwitchRow {
  readonly type: "switch";
  readonly default: false;
  readonly group: "tls";
  readonly help: string;
}

/** The rows by name. */
export type TlsRows = Readonly<
  Record<"tlsCert" | "tlsKey" | "tlsCa", TlsListRow> &
    Record<"tlsClientCert", TlsChoiceRow<ClientCertPolicy>> &
    Record<"tlsMinVersion", TlsChoiceRow<"1.2" | "1.3">> &
    Record<TextName, TlsTextRow> &
    Record<"tlsSelfSigned", TlsSwitchRow>
>;

/** TLS of the launcher; each stands in the query of a listen URL, too, without `tls-` in front. */
export const TLS_OPTIONS: TlsRows = {
  tlsCert: {
    type: "texts",
    default: [],
    group: "tls",
    value: "FILE",
    help: "A certificate chain in PEM, leaf first; repeatable, the first is for clients that name no host of another.",
  },
  tlsKey: {
    type: "texts",
    default: [],
    group: "tls",
    value: "FILE",
    help: "Its private key in PEM; in the order of the certificates; not needed where both are in one file.",
  },
  tlsCa: {
    type: "texts",
    default: [],
    group: "tls",
    value: "FILE",
    help: "Authorities whose client certificates are good, in PEM; those of the system when absent.",
  },
  tlsClientCert: {
    type: "text",
    choices: ["none", "request", "require"],
    group: "tls",
    value: "POLICY",
    help: "none, request or require: whether clients are asked for a certificate, and whether one without a good one is refused.",
  },
  tlsMinVersion: {
    type: "text",
    choices: ["1.2", "1.3"],
    group: "tls",
    value: "VERSION",
    help: "The oldest TLS that is spoken: 1.2, unless you say 1.3.",
  },
  tlsCiphers: {
    type: "text",
    group: "tls",
    value: "LIST",
    help: "Cipher suites in OpenSSL's words; the forward secret and authenticated ones when absent.",
  },
  tlsPassphraseFile: {
    type: "text",
    group: "tls",
    value: "FILE",
    help: "A file whose first line opens an encrypted key.",
  },
  tlsPassphraseEnv: {
    type: "text",
    group: "tls",
    value: "NAME",
    help: "The environment variable that opens an encrypted key.",
  },
  tlsTicketKeys: {
    type: "text",
    group: "tls",
    value: "FILE",
    help: "At least 32 secret bytes that several workers share, so that each resumes the sessions of all.",
  },
  tlsSelfSigned: {
    type: "switch",
    default: false,
    group: "tls",
    help: "For development: a certificate for localhost, made here and kept for a year in the cache folder of the user.",
  },
};
