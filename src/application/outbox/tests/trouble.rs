//! Notices while Talk or the store is in trouble.

use super::*;

const HALF_AN_HOUR: Duration = Duration::from_mins(30);

fn always(error: impl Fn() -> TalkError) -> impl Fn(Duration) -> (Duration, Result<(), TalkError>) {
    move |_| (SECOND, Err(error()))
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_is_away_or_fails_is_tried_less_and_less_often_and_then_dropped() {
    let troubles: [fn() -> TalkError; 2] =
        [|| TalkError::Unavailable(cause()), || TalkError::Failed("500".into())];
    for trouble in troubles {
        let scene = Scene::start(always(trouble));
        scene.add("a", "hello").await;
        scene.add("a", "later").await;
        pass(Duration::from_mins(4)).await;
        let tries = scene.texts();
        assert!((5..=10).contains(&tries.len()) && tries.iter().all(|text| text == "hello"), "{tries:?}");
        pass(Duration::from_mins(16)).await;
        assert_eq!(scene.left(), 0, "{:?}", trouble());
    }
}

#[tokio::test(start_paused = true)]
async fn after_half_a_minute_without_talk_a_notice_is_said_soon() {
    let away = |age| if age < SECOND * 30 { Err(TalkError::Unavailable(cause())) } else { Ok(()) };
    let scene = Scene::start(move |age| (Duration::ZERO, away(age)));
    scene.add("a", "hello").await;
    pass(SECOND * 75).await;
    assert_eq!((scene.talk.taken().len(), scene.left()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_or_never_will_is_tried_once() {
    let troubles: [fn() -> TalkError; 3] =
        [|| TalkError::Uncertain("timeout".into()), || TalkError::RoomGone, || TalkError::TooLong];
    for trouble in troubles {
        let scene = Scene::start(always(trouble));
        scene.add("a", "hello").await;
        pass(SECOND * 5).await;
        assert_eq!((scene.posts_at(), scene.left()), (vec![0], 0), "{:?}", trouble());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_quote_is_left_out() {
    let scene = Scene::start(always(|| TalkError::Refused("400".into())));
    scene.add("a", "hello").await;
    pass(SECOND * 5).await;
    assert_eq!((scene.posts_at(), scene.left()), (vec![0, 1], 0));
}

#[tokio::test(start_paused = true)]
async fn after_a_401_a_notice_is_tried_once_more_when_the_pause_is_over() {
    let scene = Scene::start(always(|| TalkError::Unauthorized));
    scene.add("a", "hello").await;
    pass(HALF_AN_HOUR * 5).await;
    assert_eq!((scene.posts_at(), scene.left()), (vec![0, 1801], 0));
}

#[tokio::test(start_paused = true)]
async fn after_a_lock_out_the_notices_of_all_rooms_wait_and_one_goes_first() {
    let locked = |age| if age < SECOND { Err(TalkError::LockedOut { pause: HALF_AN_HOUR }) } else { Ok(()) };
    let scene = Scene::start(move |age| (SECOND, locked(age)));
    for name in ["a", "b", "c"] {
        scene.add(name, "hello").await;
    }
    pass(HALF_AN_HOUR + SECOND * 10).await;
    assert_eq!((scene.posts_at(), scene.left()), (vec![0, 1801, 1802, 1802], 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_an_hour_old_is_not_said_any_more() {
    let scene = Scene::start(takes);
    let place = room("a").into();
    let late = NewNotice { place, reply_to: None, text: "late".to_owned() };
    pass(HALF_AN_HOUR * 3).await;
    let since = Timestamp::from_millis(scene.clock.now().as_millis() - 3_700_000);
    scene.outbox.add(&late, since).await.expect("stored");
    pass(SECOND).await;
    assert_eq!((scene.texts(), scene.left()), (Vec::new(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_now_and_then() {
    let scene = Scene::start(takes);
    pass(SECOND).await;
    scene.outbox.failing_reads.store(4, Ordering::Relaxed);
    let before = scene.outbox.reads.load(Ordering::Relaxed);
    for text in ["one", "two", "three"] {
        scene.add("a", text).await;
        pass(SECOND * 4).await;
    }
    let reads = scene.outbox.reads.load(Ordering::Relaxed) - before;
    assert!(reads <= 4, "{reads}");
    pass(SECOND * 20).await;
    assert_eq!((scene.texts().len(), scene.left()), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn what_was_said_is_not_said_again_while_the_store_is_away() {
    let scene = Scene::start(takes);
    scene.outbox.failing_ends.store(200, Ordering::Relaxed);
    scene.add("a", "hello").await;
    pass(SECOND * 150).await;
    scene.add("a", "later").await;
    pass(SECOND * 100).await;
    assert_eq!((scene.texts(), scene.left()), (["hello", "later"].map(str::to_owned).into(), 0));
}
