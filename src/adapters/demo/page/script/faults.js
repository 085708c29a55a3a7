// What can be made to happen: failures on both sides, another version of Talk, and what moderators do.

const FAULTS = {
  talk: ["Talk", {none: "Works", server_error: "Answers 500", unauthorized: "Refuses the signature (401): the bot leaves the room alone for half an hour", locked_out: "Locks the bot out (429): it leaves Talk alone for half an hour", reactions_refused: "Refuses reactions (400)", bad_gateway: "Its proxy answers 502", slow: "Takes 27 seconds", gateway_timeout: "Posts it, but its proxy answers 504"}],
  model: ["Model", {none: "Works", down: "Is down (502): the bot gives up after two minutes", loading: "Is loading (503)", slow: "Is silent for 20 seconds", cut: "Breaks off in the middle", refusing: "Refuses every question (400)"}],
};
const RELEASES = {"21.1.0": "no threads, reactions by the wrong person", "22.0.8": "bots see no threads, reactions by the wrong person", "22.0.12": "threads", "23.0.2": "threads"};

const lower = words => words[0].toLowerCase() + words.slice(1);

function drawFaults() {
  const on = Object.keys(FAULTS).filter(side => view.faults[side] && view.faults[side] !== "none");
  $("broken").hidden = !on.length;
  $("broken").firstElementChild.textContent = on.map(side => `${FAULTS[side][0]}: ${lower(FAULTS[side][1][view.faults[side]])}`).join(" · ");
  if (!$("choices").children.length) makeChoices();
  for (const input of $("choices").querySelectorAll("input")) {
    input.checked = (input.name === "release" ? view.release : view.faults[input.name]) === input.value;
  }
  const {has_bot} = current();
  $("clear").disabled = $("bot-here").disabled = !moderates();
  $("bot-here").textContent = has_bot ? `Remove ${view.bot} from it` : `Add ${view.bot} to it`;
  $("room-note").textContent = moderates() ? "" : "Only moderators may do this.";
}
function makeChoices() {
  const choice = (name, value, label) => make("label", {}, make("input", {type: "radio", name, value, onclick: setFaults}), label);
  for (const [side, [title, choices]] of Object.entries(FAULTS)) {
    if (view.faults[side] === null) continue;
    $("choices").append(make("fieldset", {}, make("legend", {}, title), ...Object.entries(choices).map(([value, label]) => choice(side, value, label))));
  }
  $("choices").append(
    make("fieldset", {}, make("legend", {}, "Version of Talk"), ...view.releases.map(each => choice("release", each, RELEASES[each] ? `${each}: ${RELEASES[each]}` : each)),
      make("p", {}, "The bot asks for it once an hour.")),
    make("fieldset", {}, make("legend", {}, "This room"),
      make("div", {class: "row"},
        make("button", {class: "plain", id: "clear", type: "button", onclick: () => act({do: "clear"}).catch(complain)}, "Clear its history"),
        make("button", {class: "plain", id: "bot-here", type: "button", onclick: () => act({do: current().has_bot ? "disable_bot" : "enable_bot"}).catch(complain)})),
      make("p", {id: "room-note"})));
}
async function setFaults() {
  const picked = name => $("choices").querySelector(`[name="${name}"]:checked`)?.value;
  await post("/demo/faults", {talk: picked("talk"), model: picked("model") ?? "none", release: picked("release")});
}
const allWell = () => post("/demo/faults", {talk: "none", model: "none"});
