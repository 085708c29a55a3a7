//! When the worker looks at the queue: whoever looks shares the store with the senders.

use super::*;

fn looks(service: &Service) -> u32 {
    service.queue.looks.load(std::sync::atomic::Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_new_question_is_nothing_to_look_at_while_every_slot_is_taken() {
    let service = Service::start(1, answers(SECOND * 5), takes(SECOND));
    service.ask("room1", 1).await;
    service.pass(SECOND).await;
    let before = looks(&service);
    service.ask("room2", 2).await;
    service.ask("room3", 3).await;
    service.pass(SECOND).await;
    assert_eq!(looks(&service), before);
    service.pass(SECOND * 20).await;
    assert_eq!(service.talk.taken().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_new_question_is_looked_for_once_and_only_among_those_to_be_asked() {
    let service = Service::start(2, answers(SECOND * 5), takes(SECOND));
    service.pass(SECOND).await;
    let before = looks(&service);
    service.ask("room1", 1).await;
    service.pass(SECOND).await;
    assert_eq!(looks(&service), before + 1);
}
