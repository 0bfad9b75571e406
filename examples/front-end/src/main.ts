import { Api } from "./api.js";
import { frontEnd } from "./server.js";

const api = new Api(process.env["SYLLABUS_URL"] ?? "http://127.0.0.1:4000/graphql");
const port = Number(process.env["PORT"] ?? 3000);
frontEnd(api).listen(port, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${port}`));
