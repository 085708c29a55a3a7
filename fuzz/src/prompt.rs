//! The prompt: within its budget wherever that can be, the question always in it, roles in turn, and no markup of a
//! chat template in what people and models said. And the window of turns that it begins with.

use nextcloud_opencode_bot::domain::allowance::{Allowance, Budget};
use nextcloud_opencode_bot::domain::context::{Draft, Fitted, GAP};
use nextcloud_opencode_bot::domain::conversation::Turn;
use nextcloud_opencode_bot::domain::markup;
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::prompt::{Role, spoken};
use nextcloud_opencode_bot::domain::tokens::{Scale, estimate};
use nextcloud_opencode_bot::domain::window;

use super::input::{Numbers, texts};

/// Most turns of one case.
const TURNS: usize = 12;

/// Context and answer in 16 tokens, what a model counts for 100 estimated tokens, turns kept; then the texts:
/// instructions, speaker, question, and the turns.
pub fn check(data: &[u8]) {
    let Some(([context, answer, counted, keep], rest)) = data.split_first_chunk::<4>() else { return };
    let budget =
        Budget { context_tokens: 256 + 16 * u32::from(*context), answer_tokens: 16 * u32::from(*answer) };
    let scale = Scale::between(100, u64::from(*counted));
    let longest = Allowance::new(budget, scale).estimate();
    assert!(scale.tokens(longest) <= budget.prompt_tokens());

    let mut texts = texts(rest);
    let mut next = || texts.next().unwrap_or_default();
    let (system, speaker, question) = (next(), next(), markup::defuse(&next()).into_owned());
    let speaker = (!speaker.is_empty()).then(|| markup::clean_name(&speaker));
    let turns: Vec<Turn> = (1..).map_while(|at| turn(at, &next(), &next())).take(TURNS).collect();
    let draft = Draft { system: &system, turns: &turns, speaker: speaker.as_deref(), question: &question };
    let fitted = draft.fit(longest);
    shape_holds(&draft, &fitted);
    question_is_in(&draft, &fitted);
    budget_holds(&draft, &fitted, longest);
    for message in fitted.prompt.messages().iter().filter(|message| message.role != Role::System) {
        assert_eq!(markup::defuse(&message.content), message.content, "markup");
    }
    window_holds(&turns, usize::from(keep % 8), &mut Numbers::of(data));
}

fn turn(at: i64, question: &str, answer: &str) -> Option<Turn> {
    if question.is_empty() {
        return None;
    }
    let harmless = |text: &str| markup::defuse(text).into_owned();
    let speaker = (at % 2 == 0).then(|| markup::clean_name(answer));
    let message = MessageId(10 * at);
    Some(Turn { message, speaker, question: harmless(question), answer: harmless(answer) })
}

fn shape_holds(draft: &Draft<'_>, fitted: &Fitted<'_>) {
    assert!(draft.turns.ends_with(fitted.turns), "not the newest turns");
    let messages = fitted.prompt.messages();
    assert_eq!(messages.len(), 2 * fitted.turns.len() + 2);
    assert_eq!((messages[0].role, messages[0].content.as_str()), (Role::System, draft.system));
    for (at, message) in messages.iter().enumerate().skip(1) {
        assert_eq!(message.role, if at % 2 == 1 { Role::User } else { Role::Assistant });
    }
    let only_first = |content: &str| content.split(LINE_ENDS).skip(1).all(|line| line.starts_with("  "));
    if draft.speaker.is_some() {
        let said = &messages[messages.len() - 1].content;
        assert!(only_first(said), "somebody else at the margin: {said:?}");
    }
}

const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];

fn question_is_in(draft: &Draft<'_>, fitted: &Fitted<'_>) {
    let last = fitted.prompt.messages().last().expect("never empty");
    assert_eq!(last.content, spoken(draft.speaker, &fitted.question));
    let (shown, asked) = (fitted.question.as_str(), draft.question);
    if fitted.shortened {
        let is_cut = |at: usize| asked.starts_with(&shown[..at]) && asked.ends_with(&shown[at + GAP.len()..]);
        // The question may hold such words itself, even half over the gap.
        let mut gaps = shown.char_indices().filter(|(at, _)| shown[*at..].starts_with(GAP));
        assert!(gaps.any(|(at, _)| is_cut(at)), "not start and end: {shown:?}");
    } else {
        assert_eq!(shown, asked);
    }
}

fn budget_holds(draft: &Draft<'_>, fitted: &Fitted<'_>, longest: usize) {
    let whole = draft.whole();
    if whole.prompt.estimate() <= longest {
        assert_eq!(*fitted, whole, "something was left out that fits");
    }
    let always = estimate(draft.system) + estimate(&spoken(draft.speaker, &fitted.question));
    if let Some(newest) = draft.turns.last() {
        let cost = estimate(&spoken(newest.speaker.as_deref(), &newest.question)) + estimate(&newest.answer);
        assert_eq!(always + cost <= longest, !fitted.turns.is_empty(), "the newest turn");
    }
    // Instructions that fill the context do not silence the person, and a gap has its own length.
    let left = longest.saturating_sub(estimate(draft.system));
    if left >= longest / 4 && left >= estimate(&spoken(draft.speaker, GAP)) {
        assert!(fitted.prompt.estimate() <= longest, "{} of {longest}", fitted.prompt.estimate());
    }
}

fn window_holds(turns: &[Turn], keep: usize, numbers: &mut Numbers) {
    let shown = &turns[numbers.below(turns.len() + 1)..];
    // Between the others, or after them as usual.
    let between = i64::try_from(numbers.below(TURNS)).unwrap_or(0) * 10 + 5;
    let newest = MessageId(if numbers.below(2) == 0 { between } else { 1_000 });
    let from = window::start_after(turns, shown, newest, keep);
    let stays = |message: MessageId| from.is_none_or(|from| message >= from);
    let hidden = &turns[..turns.len() - shown.len()];
    assert!(hidden.iter().all(|turn| !stays(turn.message)), "a turn that was not shown comes back");
    let kept = shown.iter().map(|turn| turn.message).chain([newest]).filter(|message| stays(*message));
    assert!(kept.count() <= 2 * keep, "more than twice what is kept");
}
