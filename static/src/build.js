// Makes static/build: the style sheet, the scripts and the fonts. Run by `npm run build`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const packages = join(root, "node_modules");
const out = join(here, "..", "build");
const fonts = join(packages, "@fontsource-variable", "atkinson-hyperlegible-next", "files");

const styles = () =>
  compile(join(here, "scss", "lantern.scss"), { loadPaths: [packages], quietDeps: true, style: "compressed" }).css;

// The map is not published, so its address goes: the static files storage would look for it.
const withoutMap = (path) => readFileSync(path, "utf8").replace(/\/\/# sourceMappingURL=.*\s*$/, "");

const font = (from, to) => cpSync(join(fonts, `atkinson-hyperlegible-next-${from}.woff2`), join(out, "fonts", to));

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });
writeFileSync(join(out, "lantern.css"), styles());
writeFileSync(
  join(out, "govuk-frontend.min.js"),
  withoutMap(join(packages, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js")),
);
for (const script of ["start.js", "lantern.js", "leave.js", "passkeys.js", "idle.js", "typed.js", "keys.js", "live.js", "deciding.js"]) cpSync(join(here, "js", script), join(out, script));
font("latin-wght-normal", "atkinson-latin.woff2");
font("latin-wght-italic", "atkinson-latin-italic.woff2");
font("latin-ext-wght-normal", "atkinson-latin-ext.woff2");

// For documents on paper, which need whole fonts.
const paper = (family, weight, file, to) =>
  cpSync(join(packages, "@expo-google-fonts", family, weight, `${file}_${weight}.ttf`), join(out, "fonts", to));
paper("atkinson-hyperlegible", "400Regular", "AtkinsonHyperlegible", "atkinson-regular.ttf");
paper("atkinson-hyperlegible", "700Bold", "AtkinsonHyperlegible", "atkinson-bold.ttf");
paper("noto-naskh-arabic", "400Regular", "NotoNaskhArabic", "naskh-regular.ttf");
paper("noto-naskh-arabic", "700Bold", "NotoNaskhArabic", "naskh-bold.ttf");
