//! Whole stories: what people in the rooms get to read, and when, while the model or Talk is in trouble.

use super::*;
use crate::application::testing::{Post, WAIT_NOTICE, cause};
use crate::domain::job::Failure;
use crate::domain::phrase::{Language, Phrase};

const REFUSED_FOR: Duration = Duration::from_mins(30);

/// The model cannot be reached until then, and answers within two seconds afterwards.
fn away_until(end: Duration) -> impl Fn(Duration) -> (Duration, Result<Completion, ModelError>) {
    move |age| {
        if age < end {
            (Duration::ZERO, Err(ModelError::Unreachable(cause())))
        } else {
            (SECOND * 2, Ok(completion("an answer")))
        }
    }
}

fn notices(posts: &[Post]) -> Vec<&Post> {
    posts.iter().filter(|post| post.text.starts_with("Sorry")).collect()
}

fn answers_in(posts: &[Post]) -> usize {
    posts.iter().filter(|post| post.text == "an answer").count()
}

/// When each room was told that the model is not ready.
fn told(service: &Service) -> Vec<(String, u64)> {
    let is_told = |text: &str| text == Phrase::ModelNotReady.text(Language::English);
    let told = service.queue.notices().into_iter().filter(|(_, notice)| is_told(&notice.text));
    told.map(|(at, notice)| (notice.place.room.to_string(), at.since(START).as_secs())).collect()
}

/// Two questions in each of six rooms, in the first half minute.
async fn ask_during_half_a_minute(service: &Service) {
    for message in 1..=12 {
        service.ask(&format!("room{}", message % 6), message).await;
        service.pass(SECOND * 5 / 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_half_a_minute_without_model_everything_is_answered_within_ninety_seconds() {
    let service = Service::start(2, away_until(SECOND * 30), takes(SECOND / 5));
    ask_during_half_a_minute(&service).await;
    service.pass(SECOND * 60).await;
    let taken = service.talk.taken();
    assert_eq!((answers_in(&taken), notices(&taken).len()), (12, 0));
}

#[tokio::test(start_paused = true)]
async fn after_half_a_minute_without_talk_everything_is_posted_within_ninety_seconds() {
    type Trouble = fn() -> TalkError;
    let troubles: [Trouble; 3] = [
        || TalkError::Unavailable(cause()),
        || TalkError::Failed("500".into()),
        || TalkError::Uncertain("502".into()),
    ];
    for trouble in troubles {
        let talk = move |age| (SECOND / 5, if age < SECOND * 30 { Err(trouble()) } else { Ok(()) });
        let service = Service::start(2, answers(SECOND / 2), talk);
        ask_during_half_a_minute(&service).await;
        service.pass(SECOND * 60).await;
        assert_eq!(service.talk.taken().len(), 12, "{:?}", trouble());
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_starts_for_a_minute_is_told_once_in_each_room() {
    let loads =
        |age| if age < SECOND * 60 { (SECOND / 10, Err(ModelError::Loading)) } else { answers(SECOND)(age) };
    let service = Service::start(1, loads, takes(SECOND / 5));
    for message in 1..=6 {
        service.ask(&format!("room{}", message % 3), message).await;
    }
    service.pass(SECOND * 90).await;
    let taken = service.talk.taken();
    let mut told = told(&service);
    told.sort_unstable();
    let at = WAIT_NOTICE.as_secs();
    assert_eq!(told, ["room0", "room1", "room2"].map(|room| (room.to_owned(), at)));
    assert_eq!((answers_in(&taken), taken.len()), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_back_after_some_seconds_was_waited_for_in_silence() {
    let service = Service::start(1, away_until(SECOND * 10), takes(SECOND / 5));
    ask_in_rooms(&service, 3).await;
    service.pass(SECOND * 60).await;
    assert_eq!((answers_in(&service.talk.taken()), service.queue.notices().len()), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_always_fails_is_told_once_per_question_within_150_seconds() {
    let service = Service::start(1, |_| (SECOND / 10, Err(ModelError::Failed("500".into()))), takes(SECOND));
    for message in 1..=3 {
        service.ask("room1", message).await;
        service.ask(&format!("other{message}"), message + 10).await;
    }
    service.pass(SECOND * 150).await;
    let posts = service.talk.taken();
    assert_eq!((posts.len(), notices(&posts).len()), (6, 6));
    for message in [1, 2, 3, 11, 12, 13] {
        assert_eq!(service.queue.end_of(message), Some(Settlement::Dead(Failure::ModelUnavailable)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_asked_in_an_outage_is_waited_for_from_its_own_moment_on() {
    let service = Service::start(1, away_until(SECOND * 160), takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND * 90).await;
    service.ask("room1", 2).await;
    service.pass(SECOND * 100).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Dead(Failure::ModelUnavailable)));
    assert_eq!(service.queue.end_of(2), Some(Settlement::Done));
}

#[tokio::test(start_paused = true)]
async fn a_repetition_that_hangs_is_ended_in_time_to_tell_the_room() {
    let hangs_later = |age| {
        if age < SECOND * 40 {
            (Duration::ZERO, Err(ModelError::Unreachable(cause())))
        } else {
            (SECOND * 3600, Ok(completion("too late")))
        }
    };
    let service = Service::start(1, hangs_later, takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND * 150).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Dead(Failure::ModelUnavailable)));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_is_told_when_its_time_is_up() {
    let service = Service::start(1, answers(SECOND * 3600), takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND * 122).await;
    assert_eq!(service.queue.end_of(1), Some(Settlement::Dead(Failure::ModelTimedOut)));
}

/// One slot, and more questions than it can answer within the patience that began with the outage.
#[tokio::test(start_paused = true)]
async fn a_queue_behind_a_model_that_is_back_is_answered_to_its_end() {
    let slow = |age| {
        if age < SECOND * 5 {
            (Duration::ZERO, Err(ModelError::Loading))
        } else {
            (SECOND * 30, Ok(completion("an answer")))
        }
    };
    let service = Service::start(1, slow, takes(SECOND / 5));
    ask_in_rooms(&service, 10).await;
    service.pass(SECOND * 320).await;
    assert_eq!((service.talk.taken().len(), notices(&service.talk.taken()).len()), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_costs_three_posts_and_then_one_in_half_an_hour() {
    let service = Service::start(4, answers(SECOND), |_| (SECOND / 5, Err(TalkError::Unauthorized)));
    ask_in_rooms(&service, 16).await;
    service.pass(SECOND * 60).await;
    assert_eq!(service.talk.posts().len(), 3);
    service.pass(REFUSED_FOR).await;
    assert_eq!(service.talk.posts().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_turns_wrong_under_load_stays_below_the_lock_out() {
    let turns_wrong = |age| {
        let refused = age > SECOND * 10;
        (SECOND / 5, if refused { Err(TalkError::Unauthorized) } else { Ok(()) })
    };
    let service = Service::start(30, answers(SECOND), turns_wrong);
    service.ask("first", 100).await;
    service.pass(SECOND * 11).await;
    ask_in_rooms(&service, 30).await;
    service.pass(SECOND * 60).await;
    let refused = service.talk.posts().len() - service.talk.taken().len();
    assert!(refused <= 8, "{refused}");
}

#[tokio::test(start_paused = true)]
async fn rooms_without_the_bot_do_not_hold_the_others_back() {
    let service = Service::start(1, answers(SECOND), |age: Duration| {
        let bad = age.as_secs() % 4 == 1;
        (SECOND / 5, if bad { Err(TalkError::Unauthorized) } else { Ok(()) })
    });
    for message in 1..=12 {
        service.ask(&format!("room{message}"), message).await;
        service.pass(SECOND * 2).await;
    }
    let refused = service.talk.posts().len() - service.talk.taken().len();
    assert_eq!((refused, service.talk.taken().len()), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn after_a_lock_out_one_post_goes_first_and_the_others_when_it_was_taken() {
    let locked = |age| {
        let error = TalkError::LockedOut { pause: REFUSED_FOR };
        (SECOND, if age < SECOND * 20 { Err(error) } else { Ok(()) })
    };
    let service = Service::start(16, answers(SECOND), locked);
    ask_in_rooms(&service, 16).await;
    service.pass(REFUSED_FOR + SECOND + SECOND / 2).await;
    assert_eq!(service.talk.posts().len(), 1);
    service.pass(SECOND + SHORTEST_WAIT).await;
    assert_eq!(service.talk.posts().len(), 2);
    service.pass(SECOND * 4).await;
    assert_eq!(service.talk.taken().len(), 16);
}
