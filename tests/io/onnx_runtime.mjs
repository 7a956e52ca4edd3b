// SPDX-License-Identifier: MIT
// Models that tests/io/onnx_export.cpp wrote, in ONNX Runtime: node onnx_runtime.mjs <folder>, with onnxruntime-node
// where Node finds it (tests/run.sh installs it into build/). Ends with 77 where it is not installed.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

let ort;
try {
    ort = createRequire(join(process.cwd(), "package.json"))("onnxruntime-node");
} catch (problem) {
    console.log(`skipped: ${problem.message.split("\n")[0]}`);
    process.exit(77);
}

function readNpy(path) {
    const bytes = readFileSync(path);
    const headerLength = bytes.readUInt16LE(8);
    const header = bytes.toString("latin1", 10, 10 + headerLength);
    const Numbers = header.includes("<f8") ? Float64Array : Float32Array;
    const data = bytes.buffer.slice(bytes.byteOffset + 10 + headerLength, bytes.byteOffset + bytes.length);
    const rows = Number(header.match(/'shape': \((\d+)/)[1]);
    return { rows, values: new Numbers(data), type: Numbers === Float64Array ? "float64" : "float32" };
}

const folder = process.argv[2];
const models = readdirSync(folder).filter((file) => file.endsWith(".onnx")).map((file) => basename(file, ".onnx"));
if (models.length === 0) throw new Error(`no models in ${folder}`);
let failures = 0;
for (const model of models.sort()) {
    const input = readNpy(join(folder, `${model}.input.npy`));
    const expected = readNpy(join(folder, `${model}.output.npy`));
    const shape = JSON.parse(readFileSync(join(folder, `${model}.shape.json`)));
    let session;
    try {
        session = await ort.InferenceSession.create(join(folder, `${model}.onnx`));
    } catch (problem) {  // it has float64 for few operators only
        if (input.type !== "float64" || !/Could not find an implementation/.test(problem.message)) throw problem;
        console.log(`skipped ${model}: ${problem.message}`);
        continue;
    }
    const feed = { input: new ort.Tensor(input.type, input.values, [input.rows, ...shape]) };
    const found = (await session.run(feed)).output.data;
    let largest = found.length === expected.values.length ? 0 : Infinity;
    // Beside the largest of the outputs: sums of large numbers may be small.
    const scale = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expected.values.forEach((value, i) => {
        const difference = Math.abs(found[i] - value) / scale;
        if (!(difference <= largest)) largest = difference;
    });
    const failed = !(largest < 1e-5);
    failures += failed ? 1 : 0;
    console.log(`${failed ? "FAILED " : ""}${model}: largest difference ${largest.toExponential(1)}`);
}
process.exit(failures > 0 ? 1 : 0);
