// All that the page is made of; each kind of view registers itself.
import "./card.js";
import "./charts.js";
import "./map.js";
import "./overview.js";
import "./tables.js";
import "./sql.js";
import "./certificate.js";
import { start } from "./frame.js";

addEventListener("DOMContentLoaded", start);
