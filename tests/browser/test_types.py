"""The client's types: a compiler takes them, and takes the guide's examples with them."""

import json
import re
import subprocess
from pathlib import Path

from sheetfed.share import client_folder

GUIDE = (Path(__file__).parents[2] / "docs" / "web-developers.md").read_text()
EXAMPLES = re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL)
RIGHT = """
import { connect, Device, JobStatus, Page, Scan, Sheetfed, SheetfedError } from "sheetfed";

const sheetfed: Sheetfed = await connect({ ask: ["scan", "upload"] });
const [devices]: [Device[]] = await sheetfed.call("GetDevices", [true]);
const [count]: [number] = await sheetfed.call("HowManyImagesInBuffer");
const [turned]: [true] = await sheetfed.call("Rotate", [0, 90, null, "#ffffff"]);
const accepted: unknown[] = await sheetfed.call("AcquireImage", [{}], { wait: false });
const [status]: [JobStatus] = await sheetfed.call("JobStatus", ["job"]);
const scan: Scan = sheetfed.acquire({ scanner: devices[0].id, mode: "gray", page_size: "A4" });
scan.addEventListener("pause", ({ detail }) => console.log(detail.reason === "paper-jam"));
for await (const page of scan) {
  const { url }: Page = page;
  console.log(url, count, turned, accepted, status.indices);
}
sheetfed.addEventListener("access", ({ detail }) => console.log(detail.permissions.length));
const error = new SheetfedError("not-running", "no service");
console.log(error.code === "certificate-not-trusted");
"""
WRONG = {
    'await sheetfed.call("Explode");': "Explode",
    'await sheetfed.call("Rotate", [0, "far"]);': "string",
    'await sheetfed.call("Undo", []);': "",
    'sheetfed.acquire({ mode: "sepia" });': "sepia",
    'sheetfed.addEventListener("page", ({ detail }) => detail.colour);': "colour",
    'await sheetfed.export("docx");': "docx",
    'await connect({ ask: ["print"] });': "print",
}


def compiled(folder: Path, **files: str) -> str:
    """What the compiler has to say of these files."""
    for name, text in files.items():
        (folder / f"{name}.ts").write_text(text)
    options = {
        "strict": True,
        "noEmit": True,
        "target": "ES2022",
        "module": "ES2022",
        "moduleResolution": "node",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "types": [],
        "baseUrl": ".",
        "paths": {"sheetfed": [str(client_folder() / "sheetfed.d.ts")]},
    }
    (folder / "tsconfig.json").write_text(
        json.dumps({"compilerOptions": options, "files": [f"{name}.ts" for name in files]})
    )
    done = subprocess.run(
        ["tsc", "-p", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_what_is_right_compiles_and_so_does_the_guide(tmp_path: Path) -> None:
    examples = {f"example{number}": text for number, text in enumerate(EXAMPLES)}
    assert compiled(tmp_path, right=RIGHT, **examples) == ""


def test_what_is_wrong_is_found_where_it_is_written(tmp_path: Path) -> None:
    head = 'import { connect } from "sheetfed";\nconst sheetfed = await connect();\n'
    said = compiled(tmp_path, wrong=head + "\n".join(WRONG))
    lines = re.findall(r"^wrong\.ts\((\d+),", said, re.MULTILINE)
    assert [int(line) - 3 for line in lines] == list(range(len(WRONG))), said
    for word in WRONG.values():
        assert word in said
