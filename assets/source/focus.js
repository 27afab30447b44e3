// Where the focus goes when what has it is drawn anew.

// Draw what is in an element; if that took the focus away, what `next` gives has it, or else what is current in there.
export function refocused(box, draw, next = () => box.querySelector("[aria-current]")) {
  const had = box.contains(document.activeElement);
  draw();
  if (had && !box.contains(document.activeElement)) next()?.focus();
}

// Whether nothing has the focus, or something that is not shown.
export function unfocused() {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || activeElement.closest("[hidden]") !== null;
}
