// Run by node: holds recorded answers against the models of `attio-ts-sdk`, which checks each answer that it gets.
//
// Arguments: the package's folder, and a file with one exchange a line. Prints, as JSON, how many answers were held
// against a model, which operations the package does not have, and what its models refuse.
"use strict";

const fs = require("fs");
const path = require("path");

const [folder, file] = process.argv.slice(2);
const sdk = require(folder);
const OPERATION = /const (\w+V2\w+) = \(options\) =>[\s\S]*?\.(get|post|put|patch|delete)\(\{[\s\S]*?url: "([^"]+)"/g;

// Each of the package's calls: its name, method and path; paths without parameters first.
function operations() {
  const source = fs.readFileSync(path.join(folder, "dist/index.cjs"), "utf8");
  const found = [...source.matchAll(OPERATION)].map(([, name, method, place]) => ({
    name,
    method: method.toUpperCase(),
    parameters: place.split("{").length - 1,
    pattern: new RegExp("^" + place.replace(/\{\w+\}/g, "([^/]+)") + "$"),
  }));
  return found.sort((one, other) => one.parameters - other.parameters);
}

// What a model refuses, each as the place in the thing that was answered, and why. Of the kinds of value that an
// answer could have held, the one counts that names itself as the answer does.
function complaints(issues, at = []) {
  return issues.flatMap((issue) => {
    const here = [...at, ...issue.path];
    if (issue.code === "invalid_union") {
      const meant = issue.errors.find((each) => !each.some((one) => one.path[0] === "attribute_type"));
      return complaints(meant ?? issue.errors[0], here);
    }
    const place = here.map((step) => (Number.isInteger(step) ? "*" : step)).join(".");
    const shown = place.replace(/^data\.(\*\.)?/, "").replace(/values\.[^.]+/, "values.*");
    return [{ model: "attio-ts-sdk", at: shown, why: issue.message.replace(/: expected one of .*/, "") }];
  });
}

async function refusedBy(operation, exchange) {
  const answer = async () =>
    new Response(JSON.stringify(exchange.body), { headers: { "content-type": "application/json" } });
  const client = sdk.createAttioClient({ apiKey: "none", cache: { enabled: false }, retry: { maxRetries: 0 }, fetch: answer });
  try {
    await sdk[operation.name]({ client, requestValidator: undefined, throwOnError: true });
    return [];
  } catch (error) {
    return complaints(JSON.parse(error.message));
  }
}

async function main() {
  const known = operations();
  const verdict = { judged: 0, unknown: {}, refused: [] };
  for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const exchange = JSON.parse(line);
    const operation = known.find((one) => one.method === exchange.method && one.pattern.test(exchange.path));
    if (operation === undefined) {
      verdict.unknown[`${exchange.method} ${exchange.path}`] = 1;
      continue;
    }
    verdict.judged += 1;
    verdict.refused.push(...(await refusedBy(operation, exchange)));
  }
  console.log(JSON.stringify(verdict));
}

main();
