/** Calls into code that an app registered. */

/** Calls `listener`; an exception or a rejection of it goes to `report` and nowhere else (CONN-7, TRANS-5). */
export function callListener(listener: () => unknown, report: (error: unknown) => void): void {
  try {
    Promise.resolve(listener()).catch(report);
  } catch (error) {
    report(error);
  }
}
