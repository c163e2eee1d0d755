// A backward sweep, report by report: a node may report once all that use it have reported to it.
// SPEC above holds the drawing of the graph, and the number of every report; here they are only added up.

const NAME = "A backward sweep";
const BY_ID = Object.fromEntries(SPEC.nodes.map(node => [node.id, node]));
const listed = words => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
const called = ids => listed([...new Set(ids)].map(id => BY_ID[id].name));
const sumOf = numbers => numbers.reduce((sum, number) => sum + number, 0);

// What a node has heard after the reports of `done`, and from whom it is still to hear.
function state(node, done) {
  const heard = node.heard.filter(({ from }) => done.includes(from)), waiting = node.heard.filter(({ from }) => !done.includes(from));
  const complete = waiting.length === 0, reported = done.includes(node.id);
  return { ...node, hears: heard, waiting, complete, reported, kind: reported ? "reported" : complete ? "ready" : "waiting" };
}

const senders = SPEC.nodes.filter(node => node.reports.length > 0);

// The state as it is drawn: reports that could not have been made are left out.
function swept({ order, tried }) {
  const done = [];
  for (const id of order ?? []) {
    if (BY_ID[id]?.reports.length && !done.includes(id) && state(BY_ID[id], done).complete) done.push(id);
  }
  const nodes = SPEC.nodes.map(node => state(node, done));
  return { done, nodes, refused: nodes.find(node => node.id === tried && (node.reported || !node.complete || !node.reports.length)), finished: done.length === senders.length };
}

const told = node => (node.complete ? `∂ ${shown(node.total)}` : `${node.hears.length} of ${node.heard.length}`);

// The drawing, each box with what it has heard, each arrow along which a report has come marked.
function drawn({ nodes, done }) {
  const byId = Object.fromEntries(nodes.map(node => [escaped(node.id), node]));
  return SPEC.drawing
    .replace(/<g class="(bp-node[^"]*)" data-node="([^"]*)">(.*?)<\/g>/g, (_, kind, id, inner) => {
      const node = byId[id];
      const text = inner.replace(/(<text class="bp-gradient"[^>]*>)[^<]*/, `$1${node ? told(node) : ""}`);
      return `<g class="${kind} ${node ? `bp-${node.kind}` : "bp-aside"}" data-node="${id}">${text}</g>`;
    })
    .replace(/class="(bp-edge[^"]*)" data-from="([^"]*)" data-to="([^"]*)"/g, (_, kind, from, to) =>
      `class="${kind}${byId[from] && done.includes(byId[to]?.id) ? " bp-back" : ""}" data-from="${from}" data-to="${to}"`)
    .replace(/<desc([^>]*)>.*?<\/desc>/, (_, attributes) => `<desc${attributes}>${escaped(nodes.map(spoken).join(" "))}</desc>`);
}

const spoken = node => `${node.name} ${node.complete ? `has the gradient ${shown(node.total)}${node.reported ? " and has reported" : ""}` : `has heard ${node.hears.length} of ${node.heard.length} reports`}.`;

function table({ nodes }) {
  const rows = nodes.map(node => {
    const heard = node.heard.length === 0 ? "1, where the sweep begins" : node.hears.length === 0 ? "nothing yet" : node.hears.map(({ from, number }) => `${shown(number)} <small>from ${BY_ID[from].name}</small>`).join(", ");
    const sum = node.complete ? `<b>${shown(node.total)}</b>` : `<small>waits for</small> ${called(node.waiting.map(({ from }) => from))}`;
    const act = !node.reports.length ? "<small>an input</small>" : node.reported ? '<span class="done">✓ done</span>' : `<button type="button" data-node="${escaped(node.id)}" data-key="report-${escaped(node.id)}" aria-label="let ${escaped(node.name)} report">report</button>`;
    return `<tr class="${node.kind}"><th scope="row">${node.name}</th><td>${heard}</td><td>${sum}</td><td>${act}</td></tr>`;
  }).join("");
  return `<table class="bp-reports"><thead><tr><th scope="col">node</th><th scope="col">has heard</th><th scope="col">gradient</th><th scope="col">turn</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function why({ refused }) {
  if (!refused.reports.length) return `<b>${refused.name} is an input</b>: there is nothing below to report to.`;
  if (refused.reported) return `<b>${refused.name} has already reported</b>; a second time would count everything twice.`;
  const so = refused.hears.length === 0 ? "it has heard nothing yet" : `the ${shown(sumOf(refused.hears.map(({ number }) => number)))} that it has heard so far is not its gradient`;
  return `<b>Not yet: ${refused.name} may not report.</b> ${called(refused.heard.map(({ from }) => from))} use${new Set(refused.heard.map(({ from }) => from)).size === 1 ? "s" : ""} it, ` +
    `${called(refused.waiting.map(({ from }) => from))} ${new Set(refused.waiting.map(({ from }) => from)).size === 1 ? "has" : "have"} not reported, and ${so}.`;
}

function readout(now) {
  const { nodes, done, refused, finished } = now, last = BY_ID[done.at(-1)];
  if (refused) return why(now);
  const ready = nodes.filter(node => node.kind === "ready" && node.reports.length).map(node => node.name);
  const next = finished ? `All have reported: ${listed(nodes.filter(node => !node.reports.length).map(node => `∂${SPEC.output}/∂${node.name} = <b>${shown(node.total)}</b>`))}.` : `May report now: <b>${listed(ready)}</b>.`;
  if (!last) return `The sweep begins at ${SPEC.output}, whose gradient by itself is 1. ${next}`;
  return `${last.name} reports ${listed(last.reports.map(({ to, number }) => `<b>${shown(number)}</b> to ${BY_ID[to].name}`))}. ${next}`;
}

const explorable = {
  name: NAME,
  traits: ["order", "tried"],
  panels: now => `<div class="bp-sweep-board">${drawn(now)}${table(now)}</div>`,
  readout,
};

const inOrder = done => senders.find(node => !done.includes(node.id) && state(node, done).complete);

// Where there is no script, the whole sweep is shown.
export const still = ({ order }) =>
  stillOf(explorable)(swept({ order: order?.length ? order : senders.map(node => node.id), tried: "" }))
    .replace('class="bp-explorable"', 'class="bp-explorable bp-sweep"').replace(/<button.*?<\/button>/g, "").replaceAll(' tabindex="0"', "");

export default {
  render({ model, el }) {
    const now = () => swept({ order: model.get("order"), tried: model.get("tried") });
    return stage({ model, el }, {
      ...explorable,
      prepare: swept,
      setUp: ({ root, pictures }) => {
        root.classList.add("bp-sweep");
        pictures.insertAdjacentHTML("beforebegin", `<div class="bp-buttons"><button type="button" data-go="next">next <span aria-hidden="true">▶</span></button>` +
          `<button type="button" data-go="back"><span aria-hidden="true">◀</span> back</button><button type="button" data-go="start">start again</button></div>`);
        const controls = pictures.previousElementSibling;
        const change = (order, tried = "") => put(model, { order, tried });
        const report = id => {
          const { done, nodes } = now(), node = nodes.find(one => one.id === id);
          if (node) change(node.kind === "ready" && node.reports.length ? [...done, id] : done, node.kind === "ready" && node.reports.length ? "" : id);
        };
        const follow = () => {
          const { done, finished } = now();
          for (const button of controls.querySelectorAll("button")) button.ariaDisabled = String(button.dataset.go === "next" ? finished : done.length === 0);
        };
        root.addEventListener("click", event => {
          const part = event.target.closest("[data-node]"), go = event.target.closest("[data-go]")?.dataset.go, { done, finished } = now();
          if (part) {
            report(part.dataset.node);
            const key = part.dataset.key, row = part.closest("tr")?.rowIndex; // the table is drawn anew: the focus stays in its row
            if (key) requestAnimationFrame(() => {
              const table = root.querySelector(".bp-reports"), again = table.querySelector(`[data-key="${CSS.escape(key)}"]`);
              (again ?? [...table.rows].slice(row).concat(...table.rows).map(one => one.querySelector("button")).find(Boolean) ?? controls.querySelector("[data-go=back]")).focus({ preventScroll: true });
            });
          }
          if (go === "next" && !finished) change([...done, inOrder(done).id]);
          if (go === "back" && done.length) change(done.slice(0, -1));
          if (go === "start") change([]);
        });
        return following(model, explorable.traits, follow);
      },
    });
  },
};
