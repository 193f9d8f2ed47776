import { render } from "preact";

import "./style/tokens.css";
import "./style/base.css";
import { Page } from "./app/page";

const root = document.getElementById("page");
if (root) render(<Page />, root);
