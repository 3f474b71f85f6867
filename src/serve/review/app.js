// Keys of the keyboard on the queue. Everything works without them.
"use strict";

const cards = () => [...document.querySelectorAll("article.case")];
const box = document.getElementById("keys");

if (box) {
  box.closest("p").hidden = false;
  try {
    box.checked = localStorage.getItem("keys") !== "off";
  } catch {
    // The browser keeps nothing: the keys are on.
  }
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", box.checked ? "on" : "off");
    } catch {
      // As above.
    }
  });
}

function current() {
  const active = document.activeElement?.closest("article.case");
  return active ?? null;
}

function move(step) {
  const all = cards();
  if (all.length === 0) return;
  const at = all.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "start" });
}

// On a keyboard of another script the place of a key counts.
function letter(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
}

function press(key) {
  const place = current() ?? (cards().length === 1 || key === "u" ? document : null);
  const flash = document.querySelector(`.flash [data-key="${key}"]`);
  const button = place?.querySelector(`article.case [data-key="${key}"], form.decide [data-key="${key}"]`) ?? flash;
  if (!button) {
    if (!place) move(1);
    return;
  }
  const reason = button.form.querySelector("[name=reason]");
  if (reason && !button.formNoValidate && reason.value.trim() === "") {
    reason.setCustomValidity(reason.dataset.missing);
    reason.reportValidity();
    reason.focus();
    return;
  }
  button.click();
}

document.addEventListener("input", (event) => {
  if (event.target.name === "reason") event.target.setCustomValidity("");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.closest("article.case")?.focus();
    return;
  }
  if (box && !box.checked) return;
  const key = letter(event);
  if (key === "j" || key === "k") {
    event.preventDefault();
    move(key === "j" ? 1 : -1);
  } else if ("crwesu".includes(key) && key !== "") {
    event.preventDefault();
    press(key);
  }
});
