// What people press, and the start.

let size = "";
const sizeOf = log => `${log.clientWidth} ${log.clientHeight}`;
$("log").addEventListener("scroll", () => {
  const log = $("log");
  // A browser also scrolls because the log has another size; then the person has not moved.
  if (sizeOf(log) !== size) return;
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
});
new ResizeObserver(() => {
  size = sizeOf($("log"));
  if (atEnd) $("log").scrollTo({top: $("log").scrollHeight, behavior: "instant"});
}).observe($("log"));
$("composer").addEventListener("submit", event => {
  event.preventDefault();
  if (send($("text").value)) clearText();
});
$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", event => {
  if (event.isComposing) return;
  if (steerCommands(event)) { event.preventDefault(); return; }
  if (event.key === "Escape") { reply(null); entitle(false); }
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
$("thread-title").addEventListener("keydown", event => {
  if (event.key === "Escape") entitle(false);
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  $("text").focus();
});
$("replying").querySelector("button").addEventListener("click", () => { reply(null); $("text").focus(); });
$("opening").querySelector("button").addEventListener("click", () => { entitle(false); $("text").focus(); });
$("add").addEventListener("click", openThings);
$("things").addEventListener("toggle", event => $("add").setAttribute("aria-expanded", String(event.newState === "open")));
addEventListener("resize", () => { for (const menu of document.querySelectorAll(".menu:popover-open")) placeMenu(menu); });
steerMenu($("things"));
steerMenu($("picker"));
$("speaker").addEventListener("change", event => {
  speaker = event.target.value;
  choose(mine().some(each => each.token === room) ? room : mine()[0].token);
});
for (const button of document.querySelectorAll("button.faults")) button.addEventListener("click", () => $("faults").showModal());
$("close").addEventListener("click", () => $("faults").close());
$("faults").addEventListener("click", event => { if (event.target === $("faults")) $("faults").close(); });
$("all-well").addEventListener("click", allWell);
$("broken").querySelector("button").addEventListener("click", allWell);
follow();
