/** Whether the service is there, in the page's top corner. */

import { byId } from "./elements.js";
import { told } from "./messages.js";

const TEXTS = { open: "Ready", lost: "Connection lost. Trying again…" };

export class ServiceState {
  #element;

  constructor(element) {
    this.#element = element;
    element.setAttribute("role", "status");
  }

  show(state, error) {
    this.#element.dataset.state = state;
    const why = error ? told(error) : null;
    byId("service-text").textContent = why ? `${why.title}. Trying again…` : TEXTS[state];
  }
}
