// The lines of Python that open files of a kind; `path` is where the file was put.

import { endingOf } from "../kinds";

/** How a file is opened. */
export interface Opening {
  code: string;
  /** Whether opening it may run what is in it. */
  isProgram: boolean;
}

const safe = (code: string): Opening => ({ code, isProgram: false });
const program = (code: string): Opening => ({ code, isProgram: true });

const pandas = (call: string) => safe(`\nimport pandas\n\nframe = pandas.${call}(path)`);
const pickle = program('\nimport pickle\n\nwith open(path, "rb") as file:\n    value = pickle.load(file)');
const torch = safe("\nimport torch\n\nvalue = torch.load(path, weights_only=True)");
const numpy = safe("\nimport numpy\n\narrays = numpy.load(path)");

const OPENINGS = new Map<string, Opening>([
  ["parquet", pandas("read_parquet")],
  ["feather", pandas("read_feather")],
  ["npy", numpy],
  ["npz", numpy],
  ["pkl", pickle],
  ["pickle", pickle],
  ["joblib", program("\nimport joblib\n\nvalue = joblib.load(path)")],
  ["pt", torch],
  ["pth", torch],
  ["ckpt", torch],
  ["safetensors", safe("\nfrom safetensors.torch import load_file\n\ntensors = load_file(path)")],
  ["skops", safe("\nimport skops.io\n\nprint(skops.io.get_untrusted_types(file=path))")],
  ["onnx", safe("\nimport onnx\n\nmodel = onnx.load(path)")],
  ["tif", safe("\nfrom PIL import Image\n\nimage = Image.open(path)")],
  ["tiff", safe("\nfrom PIL import Image\n\nimage = Image.open(path)")],
]);

/** Return how a file of a name is opened; nothing if its ending is not known. */
export function openingOf(name: string): Opening | undefined {
  return OPENINGS.get(endingOf(name));
}
