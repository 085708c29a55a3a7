//! Signs while Talk refuses, fails or is away. None of it may become a flood, and none may go on for ever.

use super::*;
use crate::application::caution::PAUSE;
use crate::domain::job::PauseScope;

const HALF_AN_HOUR: u64 = PAUSE.as_secs();

fn always(error: impl Fn() -> TalkError) -> impl Fn(Duration) -> (Duration, Result<(), TalkError>) {
    move |_| (Duration::ZERO, Err(error()))
}

/// A question that should not show its sign any more.
fn ended(talk: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static) -> Scene {
    let mut scene = Scene::new(talk);
    scene.store("a", 1, Some(Sign::Thinking), None);
    scene.run();
    scene
}

#[tokio::test(start_paused = true)]
async fn three_refused_reactions_in_a_row_are_the_last() {
    let scene = Scene::start(always(|| TalkError::Refused("400".into())));
    for number in 1..=10 {
        scene.ask("a", number);
        pass(1).await;
    }
    assert_eq!(scene.talk.reactions().len(), 3);
    scene.end(1, Some(Sign::Failed));
    pass(1).await;
    assert_eq!((&scene.seen()[3..], scene.wrong()), (&["10 a 1 -👀".to_owned()][..], 0));
}

#[tokio::test(start_paused = true)]
async fn a_reaction_that_is_taken_between_refused_ones_begins_the_count_anew() {
    let scene = Scene::start(|age| {
        let taken = age.as_secs() % 3 == 2;
        (Duration::ZERO, if taken { Ok(()) } else { Err(TalkError::Refused("400".into())) })
    });
    for number in 1..=9 {
        scene.ask("a", number);
        pass(1).await;
    }
    assert_eq!(scene.talk.reactions().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn questions_that_were_deleted_are_no_refusals() {
    let scene = Scene::start(always(|| TalkError::RoomGone));
    for number in 1..=9 {
        scene.ask("a", number);
        pass(1).await;
    }
    assert_eq!(scene.talk.reactions().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_is_repeated_a_few_times_and_then_counts_as_done() {
    let troubles: [fn() -> TalkError; 2] =
        [|| TalkError::Failed("500".into()), || TalkError::Uncertain("504".into())];
    for trouble in troubles {
        let scene = ended(always(trouble));
        scene.ask("b", 2);
        pass(600).await;
        let of = |message| {
            scene.talk.reactions().iter().filter(|reaction| reaction.message == MessageId(message)).count()
        };
        assert_eq!((of(1), of(2), scene.wrong()), (4, 4, 0), "{:?}", trouble());
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_off_is_tried_once() {
    for trouble in [|| TalkError::Refused("400".into()), || TalkError::RoomGone] {
        let scene = ended(always(trouble));
        pass(600).await;
        assert_eq!((scene.talk.reactions().len(), scene.wrong()), (1, 0), "{:?}", trouble());
    }
}

#[tokio::test(start_paused = true)]
async fn while_talk_is_away_little_is_tried_and_nothing_given_up() {
    let away = |age| if age < SECOND * 3600 { Err(TalkError::Unavailable(cause())) } else { Ok(()) };
    let scene = ended(move |age| (Duration::ZERO, away(age)));
    for number in 2..=20 {
        scene.ask("b", number);
    }
    pass(3500).await;
    let tries = scene.talk.reactions().len();
    assert!((10..=40).contains(&tries), "{tries}");
    pass(500).await;
    assert_eq!((scene.talk.reactions().len() - tries >= 20, scene.wrong()), (true, 0));
}

#[tokio::test(start_paused = true)]
async fn a_room_that_refuses_the_signature_is_tried_twice_whatever_its_signs() {
    let mut scene = Scene::new(always(|| TalkError::Unauthorized));
    for number in 1..=10 {
        scene.store("a", number, Some(Sign::Thinking), Some(Sign::Failed));
    }
    scene.run();
    pass(HALF_AN_HOUR * 10).await;
    assert_eq!((scene.talk.reactions().len(), scene.wrong()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_new_question_in_a_room_that_is_held_costs_no_call() {
    let scene = Scene::start(always(|| TalkError::Unauthorized));
    for number in 1..=5 {
        scene.ask("a", number);
        pass(60).await;
    }
    assert_eq!(scene.seen(), ["0 a 1 +👀"]);
}

#[tokio::test(start_paused = true)]
async fn after_a_lock_out_signs_are_taken_off_one_first_and_then_the_rest() {
    let pause = PAUSE * 2;
    let locked = move |age| if age < SECOND { Err(TalkError::LockedOut { pause }) } else { Ok(()) };
    let mut scene = Scene::new(move |age| (SECOND, locked(age)));
    for (number, name) in (1..).zip(["a", "b", "c", "d"]) {
        scene.store(name, number, Some(Sign::Thinking), None);
    }
    scene.run();
    pass(HALF_AN_HOUR * 2 + 70).await;
    let began: Vec<u64> = scene.talk.reactions().iter().map(|reaction| reaction.began.as_secs()).collect();
    assert_eq!((began.len(), began[1], began[2] > began[1], scene.wrong()), (5, 3601, true, 0), "{began:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_now_and_then_and_nothing_is_put_on_meanwhile() {
    let mut scene = Scene::new(takes);
    scene.store("a", 1, Some(Sign::Thinking), Some(Sign::Failed));
    scene.signs.away.store(20, Ordering::Relaxed);
    scene.run();
    pass(60).await;
    assert!(scene.looks() <= 14 && scene.seen().is_empty(), "{} {:?}", scene.looks(), scene.seen());
    pass(60).await;
    assert_eq!((scene.seen().len(), scene.wrong()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_sign_that_was_taken_off_is_recorded_as_soon_as_the_store_is_back() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    pass(2).await;
    scene.end(1, None);
    tokio::time::sleep(SECOND / 4).await;
    scene.signs.away.store(3, Ordering::Relaxed);
    pass(10).await;
    assert_eq!((&scene.seen()[1..], scene.wrong()), (&["2 a 1 -👀".into()][..], 0));
}

#[tokio::test(start_paused = true)]
async fn a_sign_that_was_taken_off_but_not_recorded_for_a_minute_is_taken_off_again() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    pass(2).await;
    scene.end(1, None);
    tokio::time::sleep(SECOND / 4).await;
    scene.signs.away.store(60, Ordering::Relaxed);
    pass(90).await;
    assert_eq!((&scene.seen()[1..], scene.wrong()), (&["2 a 1 -👀".into(), "66 a 1 -👀".into()][..], 0));
}

#[tokio::test(start_paused = true)]
async fn a_sign_is_put_on_also_when_the_store_kept_to_itself_that_it_is_recorded() {
    let scene = Scene::start(takes);
    scene.ask("a", 1);
    pass(2).await;
    scene.signs.unanswered.store(1, Ordering::Relaxed);
    scene.end(1, Some(Sign::Failed));
    pass(10).await;
    assert_eq!((&scene.seen()[1..], scene.wrong()), (&["2 a 1 -👀".into(), "3 a 1 +⚠️".into()][..], 0));
}

#[tokio::test(start_paused = true)]
async fn the_sign_of_a_failure_waits_for_the_end_of_a_pause() {
    let scene = Scene::start(|_| (SECOND, Ok(())));
    scene.ask("a", 1);
    pass(2).await;
    scene.end(1, Some(Sign::Failed));
    tokio::time::sleep(SECOND / 2).await;
    scene.poster.caution().pause(&PauseScope::Server, scene.clock.now() + PAUSE);
    pass(HALF_AN_HOUR + 10).await;
    assert_eq!(scene.seen()[1..], ["2 a 1 -👀".to_owned(), "1802 a 1 +⚠️".to_owned()]);
}

/// A store that is slow to read.
struct SlowSigns(Arc<MemorySigns>);

#[async_trait]
impl Signs for SlowSigns {
    async fn wrong(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        pass(3).await;
        self.0.wrong(now, limit).await
    }

    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.0.wrongly_shown(now, limit).await
    }

    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError> {
        self.0.record(job, shown).await
    }

    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError> {
        self.0.thinking(limit).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_asked_and_ends_while_the_store_is_read_shows_no_sign_in_the_end() {
    let mut scene = Scene::new(takes);
    let signs = Arc::new(SlowSigns(scene.signs.clone()));
    let (handle, keeper) = SignKeeper::new(signs, scene.poster.clone(), Arc::new(scene.clock));
    scene.handle = handle;
    scene.tasks.spawn(keeper.run(CancellationToken::new()));
    pass(1).await;
    scene.ask("a", 1);
    scene.end(1, None);
    pass(30).await;
    assert_eq!((scene.seen(), scene.wrong()), (vec!["3 a 1 -👀".to_owned()], 0));
}

#[tokio::test(start_paused = true)]
async fn what_ends_while_talk_is_away_is_corrected_when_the_rest_is_over() {
    let away = |age| if age < SECOND { Err(TalkError::Unavailable(cause())) } else { Ok(()) };
    let scene = Scene::start(move |age| (Duration::ZERO, away(age)));
    scene.ask("a", 1);
    tokio::time::sleep(SECOND / 2).await;
    scene.end(1, None);
    pass(5).await;
    assert_eq!((scene.seen(), scene.wrong()), (vec!["0 a 1 +👀".into(), "2 a 1 -👀".into()], 0));
}

#[tokio::test(start_paused = true)]
async fn with_reactions_off_what_an_earlier_run_left_is_taken_off_and_nothing_put_on() {
    let mut scene = Scene::new(takes);
    scene.store("a", 1, Some(Sign::Thinking), Some(Sign::Thinking));
    scene.store("a", 2, Some(Sign::Thinking), Some(Sign::Failed));
    scene.store("a", 3, None, Some(Sign::Thinking));
    let keeper = SignKeeper::off(scene.signs.clone(), scene.poster.clone(), Arc::new(scene.clock));
    scene.tasks.spawn(keeper.run(CancellationToken::new()));
    pass(600).await;
    assert!(scene.signs.rows().iter().skip(1).all(|row| row.shown.is_none()));
    assert_eq!(scene.seen(), ["0 a 2 -👀"]);
    assert!(scene.looks() <= 12, "{}", scene.looks());
}

#[tokio::test(start_paused = true)]
async fn with_reactions_off_what_never_showed_anything_hides_nothing_that_does() {
    let mut scene = Scene::new(takes);
    let many = i64::try_from(LOOK).expect("small");
    (1..=many).for_each(|number| scene.store("a", number, None, Some(Sign::Failed)));
    scene.store("a", many + 1, Some(Sign::Thinking), None);
    let keeper = SignKeeper::off(scene.signs.clone(), scene.poster.clone(), Arc::new(scene.clock));
    scene.tasks.spawn(keeper.run(CancellationToken::new()));
    pass(10).await;
    assert_eq!(scene.seen(), [format!("0 a {} -👀", many + 1)]);
}
