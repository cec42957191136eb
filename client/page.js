/** The scanning page: its parts, and what happens between them. */

import { connect } from "./sheetfed.js";
import { Access } from "./page/access.js";
import { AddFile } from "./page/add-file.js";
import { Download } from "./page/download.js";
import { byId } from "./page/elements.js";
import { Notice } from "./page/notice.js";
import { Pages } from "./page/pages.js";
import { RemoveAll } from "./page/remove-all.js";
import { SaveAs } from "./page/save-as.js";
import { ScanRun } from "./page/scan-run.js";
import { ServiceState } from "./page/service-state.js";
import { Settings } from "./page/settings.js";
import { Tools } from "./page/tools.js";
import { Viewer } from "./page/viewer.js";

const LOOK_AGAIN_MS = 3_000;

async function connected(state) {
  for (;;) {
    try {
      return await connect({ base: location.origin });
    } catch (error) {
      state.show("lost", error);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

const state = new ServiceState(byId("service"));
const service = await connected(state);
const notice = new Notice();
const pages = new Pages({ service, notice, viewer: new Viewer({ service }) });
const settings = new Settings({ service, notice });
const run = new ScanRun({ service, settings, notice });
const removeAll = new RemoveAll({ service, notice });
const download = new Download({ service, notice });
const saveAs = new SaveAs({ service, notice });
const addFile = new AddFile({ service, notice });
const access = new Access({ service, notice });
const tools = new Tools({ service, notice });

pages.addEventListener("change", ({ detail: { count } }) => {
  byId("count-of-pages").textContent = count === 0 ? "" : String(count);
  byId("no-pages").hidden = count > 0;
  byId("keys").hidden = count === 0;
  removeAll.offer(count);
  download.offer(count);
});
pages.addEventListener("select", ({ detail }) => {
  tools.offer(detail);
  saveAs.offer(detail);
});
pages.addEventListener("command", ({ detail }) => tools.run(detail));
service.addEventListener("scanner", () => settings.load());
service.addEventListener("connection", ({ detail }) => {
  state.show(detail.state);
  settings.available(detail.state === "open");
  addFile.available(detail.state === "open");
  if (detail.state !== "open") return;
  pages.load();
  access.load();
  settings.load();
  run.follow();
});
