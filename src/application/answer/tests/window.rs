//! Which turns the model is shown, as a conversation goes on.

use super::chat::Chat;
use crate::application::testing::Served;

#[tokio::test(start_paused = true)]
async fn a_window_grows_to_twice_its_turns_and_falls_back_in_one_step() {
    let mut chat = Chat::with(Served::default(), 2);
    for _ in 0..10 {
        chat.ask("and now?").await;
    }
    assert_eq!(chat.turns_shown(), [0, 1, 2, 3, 4, 2, 3, 4, 2, 3]);
    assert!(chat.answer.counted("window_trims_total{reason=\"turns\"} 2"));
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_move_the_window() {
    let mut chat = Chat::with(Served::default(), 2);
    for _ in 0..7 {
        chat.ask("and now?").await;
    }
    let before = chat.last().prompt.messages().to_vec();
    let mut chat = chat.restarted(2);
    chat.ask("and now?").await;
    assert!(chat.last().prompt.messages().starts_with(&before));
}

#[tokio::test(start_paused = true)]
async fn fewer_turns_count_from_the_next_question_on() {
    let mut chat = Chat::with(Served::default(), 5);
    for _ in 0..9 {
        chat.ask("and now?").await;
    }
    for (keep, shown) in [(2, 2), (0, 0), (3, 0)] {
        chat = chat.restarted(keep);
        chat.ask("and now?").await;
        assert_eq!(chat.turns_shown().pop(), Some(shown), "{keep}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_remembered_where_no_turn_is_kept() {
    let mut chat = Chat::with(Served::default(), 0);
    for _ in 0..3 {
        chat.ask("and now?").await;
    }
    assert_eq!(chat.turns_shown(), [0, 0, 0]);
    assert_eq!(chat.remembered().await, 0);
}
