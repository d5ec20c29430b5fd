// Reads an AsyncAPI document as its tools do, and prints what they have to say of it.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf-8"));
for (const one of diagnostics) {
  console.log(`${["error", "warning", "information", "hint"][one.severity]}: ${one.message}`);
}
if (document === undefined || diagnostics.some((one) => one.severity < 2)) {
  process.exit(1);
}
console.log(`${document.operations().all().length} operations, ${document.messages().all().length} messages`);
