/** A connection to the service's events, for as long as it is wanted: a lost one is taken up again. */

const EVENTS = ["job", "page", "document", "scanner", "transfer", "access"];
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Calls `opened()`, `lost()` and `told(name, detail, number)`. */
export class Source {
  #address;
  #listener;
  #connection = null;
  #failures = 0;
  #retry = 0;
  #isClosed = false;

  /** `address()` is asked for anew each time the connection is made. */
  constructor(address, listener) {
    this.#address = address;
    this.#listener = listener;
    this.#connect();
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#connection.close();
  }

  #connect() {
    const connection = new EventSource(this.#address());
    this.#connection = connection;
    connection.onopen = () => {
      this.#failures = 0;
      this.#listener.opened();
    };
    connection.onerror = () => this.#onError(connection);
    for (const name of EVENTS) {
      connection.addEventListener(name, ({ data, lastEventId }) =>
        this.#listener.told(name, JSON.parse(data), Number(lastEventId)),
      );
    }
  }

  #onError(connection) {
    if (this.#isClosed) return;
    this.#listener.lost();
    // The browser takes up a connection that broke, but not one that was answered with an error.
    if (connection.readyState !== EventSource.CLOSED) return;
    const delay = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    this.#retry = setTimeout(() => this.#connect(), delay);
  }
}
