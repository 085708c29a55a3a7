//! News of other processes of the bot.

use super::*;
use crate::ports::neighbours::News;

#[tokio::test]
async fn what_a_neighbour_ended_is_in_doubt_here() {
    let stage = Scene::default().play();
    stage.receive.heed(News::Ended).await;
    assert_eq!(stage.run.doubted().now_or_never(), Some(()));
    assert!(!stage.stopped.is_cancelled());
}

#[tokio::test]
async fn a_change_of_a_neighbour_has_the_signs_looked_at() {
    let mut stage = Scene::default().play();
    stage.receive.heed(News::Signs).await;
    assert_eq!(stage.calls.next().now_or_never(), Some(Call::Look));
    assert!(!stage.stopped.is_cancelled());
}

#[tokio::test]
async fn an_id_that_a_neighbour_learned_is_known_here() {
    let mut scene = Scene { known: Vec::new(), ..Scene::default() };
    scene.conversations.expect_own_actors().returning(|| Ok(vec![ActorId::new(OWN)]));
    let stage = scene.play();
    stage.receive.heed(News::OwnActors).await;
    assert_eq!(stage.receive.identity().own_actors, [ActorId::new(OWN)]);
}

#[tokio::test]
async fn what_was_refused_to_a_neighbour_makes_careful_here() {
    let stage = Scene::default().play();
    let caution = stage.receive.around.poster.caution();
    caution.taken(&room("a"), START);
    let before = caution.posts_at_once();
    stage.receive.heed(News::Refusals).await;
    assert!(caution.posts_at_once() < before);
}
