import { expect, test } from "vitest";

import { parseNotebook, plain } from "./cells";
import { hexdump } from "./hexdump";
import { describeNpy } from "./npy";
import { openingOf } from "./opening";

test("bytes are shown in lines of sixteen", () => {
  const bytes = new TextEncoder().encode("runyard keeps runs\n");
  expect(hexdump(bytes)).toEqual([
    "00000000  72 75 6e 79 61 72 64 20  6b 65 65 70 73 20 72 75  runyard keeps ru",
    "00000010  6e 73 0a                                          ns.",
  ]);
});

test("the header of a NumPy file says what is in it", () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (100, 3), }   \n";
  const head = new Uint8Array([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0]);
  const bytes = new Uint8Array([...head, ...new TextEncoder().encode(header)]);
  expect(describeNpy(bytes)).toBe("dtype <f4, shape (100, 3)");
  expect(describeNpy(new Uint8Array([1, 2, 3]))).toBeUndefined();
});

test("pickles are told to be programs", () => {
  expect(openingOf("model.PKL")?.isProgram).toBe(true);
  expect(openingOf("frame.parquet")?.isProgram).toBe(false);
  expect(openingOf("constructor")).toBeUndefined();
});

test("cells of a notebook keep what can be shown", () => {
  const cell = (outputs: object[]) => ({ cell_type: "code", source: ["a\n", "b"], execution_count: 2, outputs });
  const notebook = parseNotebook(
    JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: { language: "r" } },
      cells: [
        { cell_type: "markdown", source: "# T" },
        cell([
          { output_type: "stream", name: "stderr", text: ["warn"] },
          { output_type: "error", traceback: ["\u001b[0;31mE\u001b[0m"] },
          { output_type: "display_data", data: { "image/png": "aGk=\n", "text/plain": "figure" } },
          { output_type: "execute_result", data: { "text/html": "<b>", "text/plain": ["fra", "me"] } },
        ]),
      ],
    }),
  );
  expect(notebook.language).toBe("r");
  expect(notebook.cells[1]).toMatchObject({ kind: "code", source: "a\nb", count: "2" });
  expect(notebook.cells[1]?.outputs).toEqual([
    { kind: "text", text: "warn", isError: true },
    { kind: "text", text: "E", isError: true },
    { kind: "image", address: "data:image/png;base64,aGk=" },
    { kind: "html", text: "frame" },
  ]);
  expect(plain("\u001b[1mbold\u001b[0m")).toBe("bold");
});

test("what is no notebook is refused with a reason", () => {
  expect(() => parseNotebook("{")).toThrow(/no valid notebook/);
  expect(() => parseNotebook('{"nbformat": 3, "worksheets": []}')).toThrow(/format 4/);
});
