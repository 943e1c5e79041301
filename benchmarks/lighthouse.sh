#!/usr/bin/env bash
# Lighthouse's scores of the built site, served with gzip as a static host does: make book, then this script.
# Needs Node 20 and Chromium; what it installs lies in _build/lighthouse. Usage: benchmarks/lighthouse.sh [page…]
set -euo pipefail
cd "$(dirname "$0")/.."
pages=("$@")
[ $# -gt 0 ] || pages=(book/index book/theory/dropout book/labs/lab01_activations)
tools=_build/lighthouse
port=${PORT:-8321}
export CHROME_PATH=${CHROME_PATH:-$(command -v chromium || command -v google-chrome)}

[ -d $tools/node_modules/lighthouse ] ||
    PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-audit --no-fund --prefix $tools lighthouse@12.8.2 sirv@3.0.1 compression@1.8.1

cat > $tools/serve.cjs <<'JS'
const { createServer } = require("node:http");
const sirv = require("sirv"), compression = require("compression");
const files = sirv("_build/html"), gzip = compression();
createServer((request, response) => gzip(request, response, () => files(request, response))).listen(process.argv[2]);
JS
node $tools/serve.cjs "$port" & server=$!
trap 'kill $server' EXIT
sleep 1

for page in "${pages[@]}"; do
    report=$tools/$(basename "$page").json
    node $tools/node_modules/lighthouse/cli/index.js "http://localhost:$port/$page.html" --quiet --output=json --output-path="$report" \
        --only-categories=performance,accessibility,best-practices,seo \
        --chrome-flags="--headless=new --no-sandbox --disable-background-networking"
    node -e '
        const report = JSON.parse(require("fs").readFileSync(process.argv[1]));
        const scores = Object.values(report.categories).map(c => `${c.title} ${Math.round(c.score * 100)}`);
        const times = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]
            .map(name => `${report.audits[name].title} ${report.audits[name].displayValue}`);
        console.log([process.argv[2], ...scores, ...times, `${Math.round(report.audits["total-byte-weight"].numericValue / 1024)} KiB`].join("  "));
    ' "$report" "$page"
done
