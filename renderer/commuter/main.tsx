import { createRoot } from "react-dom/client";
import "../console/styles/index.css";
import "../console/styles/commuter.css";
import { startTheme } from "../console/theme";
import { forestallInjectedStyle } from "../forestall-style";
import { CommuterPage } from "./commuter-page";

forestallInjectedStyle();
startTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("broken invariant: commuter.html has a root");
createRoot(root).render(<CommuterPage />);
