// Fields that answers are typed into, on a page, and their marks. Needs stage.js before it.

const MARKS = { right: "✓", wrong: "✗", short: "…", unreadable: "?", shown: "→", follows: "↳", "cannot tell": "–" };
const SPOKEN = { right: "right", wrong: "not right", short: "too few digits", unreadable: "no number", shown: "shown", follows: "follows from an earlier number", "cannot tell": "cannot tell" };

const answerField = (id, key, name) =>
  '<span class="bp-answer" data-kind=""><input type="text" inputmode="decimal" enterkeyhint="next" autocomplete="off" spellcheck="false" ' +
  `data-key="${key}" aria-label="${escaped(name)}" aria-describedby="${id}-${key}"/><span class="bp-mark" id="${id}-${key}"></span></span>`;

const answerFields = body => [...body.querySelectorAll("input[data-key]")];

const markOf = kind => `<span aria-hidden="true">${MARKS[kind]}</span><span class="bp-heard">${SPOKEN[kind]}</span>`;

function showMarks(body, marks) {
  for (const box of answerFields(body)) {
    const kind = marks[box.dataset.key]?.kind ?? "";
    box.parentElement.dataset.kind = kind;
    box.ariaInvalid = ["wrong", "unreadable"].includes(kind) ? "true" : null;
    box.nextElementSibling.innerHTML = kind ? markOf(kind) : "";
  }
}

// A list that a screen reader is in stays as it is unless it changes.
function showHints(list, hints) {
  const markup = hints.map(([name, says]) => `<li><b>${name}</b>: ${escaped(says)}</li>`).join("");
  if (list.innerHTML !== markup) list.innerHTML = markup;
}

// What is typed stays: only fields that nobody is in take over what came from elsewhere.
function refill(body, texts) {
  for (const box of answerFields(body)) {
    const text = texts[box.dataset.key] ?? "";
    if (box !== document.activeElement && box.value !== text) box.value = text;
  }
}

// Phones have number pads without a minus sign. The button leaves the cursor, and the pad, where they are.
const signButton = '<button type="button" data-do="sign" class="bp-touch" aria-label="change the sign">±</button>';

function changeSign(box) {
  box.value = /^\s*[-−–]/.test(box.value) ? box.value.replace(/[-−–]/, "") : `−${box.value.trim()}`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

const keepFocus = root => root.addEventListener("pointerdown", event => { if (event.target.closest('[data-do="sign"]')) event.preventDefault(); });
