// The list of commands that opens while one is typed.

const COMMANDS = [
  ["help", "What the bot understands"],
  ["status", "Model, queue, and how full its memory is"],
  ["context", "What the model sees of this conversation"],
  ["stop", "Stops the running answer"],
  ["retry", "Answers the last question again"],
  ["reset", "Forgets this conversation"],
  ["privacy", "What is stored, where and how long"],
  ["forget-me", "Erases what you wrote, everywhere"],
  ["version", "Which version this is"],
];
let suggested = [], chosen = 0;

// The part of the text that is a command in the making: what stands before its name, and the name.
function commandBeingTyped() {
  const name = view?.bot.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") ?? "";
  return new RegExp(`^((?:@"?${name}"?\\s+)?[/!])([a-z-]*)$`, "i").exec($("text").value);
}
function suggest() {
  const typed = commandBeingTyped(), before = suggested[chosen]?.[0];
  suggested = typed ? COMMANDS.filter(([name]) => name.startsWith(typed[2].toLowerCase())) : [];
  chosen = Math.max(0, suggested.findIndex(([name]) => name === before));
  drawCommands();
}
function drawCommands() {
  $("commands").hidden = !suggested.length;
  $("commands").replaceChildren(...suggested.map(([name, meaning], index) =>
    make("li", {id: "command-" + name, role: "option", "aria-selected": String(index === chosen), onclick: () => complete(index)}, make("b", {}, "/" + name), make("span", {}, meaning))));
  if (suggested.length) $("text").setAttribute("aria-activedescendant", "command-" + suggested[chosen][0]);
  else $("text").removeAttribute("aria-activedescendant");
  $("commands").children[chosen]?.scrollIntoView({block: "nearest"});
}
function complete(index) {
  const sign = commandBeingTyped()[1];
  // In a group a command has to call the bot, as a question has.
  $("text").value = (sign.length === 1 ? called(sign) : sign) + suggested[index][0];
  $("text").focus();
  fit();
}
// Whether the key was for the list.
function steerCommands(event) {
  if (!suggested.length) return false;
  if (event.key === "Escape") { suggested = []; drawCommands(); return true; }
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (step) {
    chosen = (chosen + step + suggested.length) % suggested.length;
    drawCommands();
    return true;
  }
  const whole = commandBeingTyped()[2].toLowerCase() === suggested[chosen][0];
  if (whole || event.shiftKey || !["Enter", "Tab"].includes(event.key)) return false;
  complete(chosen);
  return true;
}
