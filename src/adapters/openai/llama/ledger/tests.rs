use proptest::prelude::*;

use super::*;
use crate::domain::message::RoomToken;

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn conversation(room: u8, epoch: u64) -> ConversationId {
    ConversationId { place: RoomToken::parse(&format!("room{room}")).expect("a token").into(), epoch }
}

fn slot(id: u64, tag: u32, tokens: u64) -> SlotSeen {
    SlotSeen { id, busy: false, tokens, tag: Some(Tag(tag)) }
}

fn fresh(id: u64) -> SlotSeen {
    SlotSeen { id, busy: false, tokens: 0, tag: None }
}

/// Rooms from 1 on were asked under their own number as the tag.
fn ledger(rooms: u8) -> Ledger {
    let mut ledger = Ledger::default();
    for room in 1..=rooms {
        ledger.sent(&conversation(room, 0), Tag(room.into()), START);
        ledger.begun();
    }
    ledger
}

#[test]
fn a_conversation_goes_back_to_the_slot_of_its_last_request() {
    let slots = [slot(0, 2, 500), slot(1, 1, 300)];
    assert_eq!(ledger(2).place(&conversation(1, 0), &slots, START), Placement::Own(1));
    assert_eq!(ledger(2).place(&conversation(2, 0), &slots, START), Placement::Own(0));
}

#[test]
fn a_new_conversation_gets_a_slot_of_nobody() {
    assert_eq!(ledger(1).place(&conversation(2, 0), &[slot(0, 1, 500), fresh(1)], START), Placement::In(1));
    let foreign = [slot(0, 1, 500), slot(1, 77, 900)];
    assert_eq!(ledger(1).place(&conversation(2, 0), &foreign, START), Placement::In(1));
}

#[test]
fn the_first_request_of_an_epoch_owns_nothing() {
    let slots = [slot(0, 1, 500), fresh(1)];
    assert_eq!(ledger(1).place(&conversation(1, 1), &slots, START), Placement::In(1));
    assert_eq!(ledger(1).place(&conversation(1, 1), &slots[..1], START), Placement::In(0));
}

#[test]
fn what_stands_in_a_slot_must_be_the_last_request_and_still_be_there() {
    let mut ledger = ledger(1);
    assert_eq!(ledger.place(&conversation(1, 0), &[slot(0, 77, 500)], START), Placement::In(0));
    assert_eq!(ledger.place(&conversation(1, 0), &[slot(0, 1, 0)], START), Placement::Anywhere);
    let busy = SlotSeen { busy: true, ..slot(0, 1, 500) };
    assert_eq!(ledger.place(&conversation(1, 0), &[busy], START), Placement::Anywhere);
}

#[test]
fn with_more_active_rooms_than_slots_the_server_chooses() {
    let slots = [slot(0, 1, 500), slot(1, 2, 500)];
    assert_eq!(ledger(2).place(&conversation(3, 0), &slots, START), Placement::Anywhere);
    assert_eq!(ledger(2).place(&conversation(3, 0), &slots, START + ACTIVE), Placement::In(0));
}

#[test]
fn a_server_that_empties_its_slots_chooses_itself() {
    let slots = [slot(0, 77, 0), slot(1, 78, 300)];
    assert_eq!(ledger(1).place(&conversation(1, 0), &slots, START), Placement::Anywhere);
}

#[test]
fn nothing_is_certain_while_another_request_has_not_begun() {
    let mut ledger = ledger(1);
    let slots = [slot(0, 1, 500), fresh(1)];
    ledger.sent(&conversation(2, 0), Tag(2), START);
    assert_eq!(ledger.place(&conversation(1, 0), &slots, START), Placement::Anywhere);
    ledger.begun();
    assert_eq!(ledger.place(&conversation(1, 0), &slots, START), Placement::Own(0));
}

#[test]
fn a_request_that_was_withdrawn_may_still_run_until_all_slots_were_seen_idle() {
    let mut ledger = ledger(1);
    ledger.sent(&conversation(2, 0), Tag(2), START);
    ledger.withdrawn(START);
    let busy = [slot(0, 1, 500), SlotSeen { busy: true, ..slot(1, 9, 9) }];
    let idle = [slot(0, 1, 500), slot(1, 9, 9)];
    let later = START + ON_ITS_WAY + Duration::from_secs(1);
    for (slots, now) in [(&idle, START), (&busy, later), (&busy, later + ACTIVE)] {
        assert_eq!(ledger.place(&conversation(1, 0), slots, now), Placement::Anywhere);
    }
    assert_eq!(ledger.place(&conversation(1, 0), &idle, later), Placement::Own(0));
    assert_eq!(ledger.place(&conversation(1, 0), &busy, later), Placement::Own(0));
}

/// Whose prompt stands somewhere: a conversation's, or that of another client of the server.
type Owner = Option<(u8, u64)>;

/// A llama-server as far as it matters here, at its worst: it puts what may go anywhere anywhere, and exchanges what
/// a slot holds for what it remembers, whenever the mark in front allows it.
#[derive(Debug, Default)]
struct Server {
    slots: [Option<(Owner, Tag)>; 3],
    emptied: [bool; 3],
    /// Withdrawn requests that it has not noticed.
    strays: Vec<(Owner, Tag)>,
}

impl Server {
    fn seen(&self) -> Vec<SlotSeen> {
        let seen = |at: usize| SlotSeen {
            id: at as u64,
            busy: false,
            tokens: if self.slots[at].is_some() && !self.emptied[at] { 100 } else { 0 },
            tag: self.slots[at].map(|(_, tag)| tag),
        };
        (0..self.slots.len()).map(seen).collect()
    }

    fn work(&mut self, at: usize, owner: Owner, tag: Tag) {
        (self.slots[at], self.emptied[at]) = (Some((owner, tag)), false);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Ask { room: u8, any: usize },
    Erase { room: u8 },
    Withdraw { room: u8 },
    RunStray { any: usize },
    Stranger { any: usize },
    Empty { any: usize },
    Restart,
    Wait { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (room, any) = (0u8..5, 0usize..3);
    prop_oneof![
        8 => (room.clone(), any.clone()).prop_map(|(room, any)| Step::Ask { room, any }),
        1 => room.clone().prop_map(|room| Step::Erase { room }),
        1 => room.prop_map(|room| Step::Withdraw { room }),
        1 => any.clone().prop_map(|any| Step::RunStray { any }),
        1 => any.clone().prop_map(|any| Step::Stranger { any }),
        1 => any.prop_map(|any| Step::Empty { any }),
        1 => Just(Step::Restart),
        1 => (1u64..900).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

proptest! {
    #[test]
    fn nothing_is_ever_moved_out_of_another_conversations_prompt(
        steps in prop::collection::vec(step(), 0..80),
        stray_in_between in any::<bool>(),
    ) {
        let (mut ledger, mut server, mut now) = (Ledger::default(), Server::default(), START);
        let (mut epochs, mut tags) = ([0; 5], 0..);
        for step in steps {
            let mut tag = || Tag(tags.next().expect("endless"));
            match step {
                Step::Ask { room, any } => {
                    let owner = Some((room, epochs[usize::from(room)]));
                    let conversation = conversation(room, epochs[usize::from(room)]);
                    let placement = ledger.place(&conversation, &server.seen(), now);
                    let tag = tag();
                    ledger.sent(&conversation, tag, now);
                    if stray_in_between && let Some((owner, tag)) = server.strays.pop() {
                        server.work(any, owner, tag);
                    }
                    let at = match placement {
                        Placement::Anywhere => any,
                        Placement::In(id) => usize::try_from(id).expect("small"),
                        Placement::Own(id) => {
                            let at = usize::try_from(id).expect("small");
                            prop_assert_eq!(server.slots[at].map(|(owner, _)| owner), Some(owner));
                            at
                        }
                    };
                    server.work(at, owner, tag);
                    ledger.begun();
                }
                Step::Erase { room } => epochs[usize::from(room)] += 1,
                Step::Withdraw { room } => {
                    let tag = tag();
                    ledger.sent(&conversation(room, epochs[usize::from(room)]), tag, now);
                    ledger.withdrawn(now);
                    server.strays.push((Some((room, epochs[usize::from(room)])), tag));
                }
                Step::RunStray { any } => {
                    if let Some((owner, tag)) = server.strays.pop() {
                        server.work(any, owner, tag);
                    }
                }
                Step::Stranger { any } => server.work(any, None, tag()),
                Step::Empty { any } => server.emptied[any] = true,
                Step::Restart => server = Server::default(),
                Step::Wait { seconds } => {
                    now = now + Duration::from_secs(seconds);
                    // With an idle slot the server keeps nothing waiting.
                    if seconds > ON_ITS_WAY.as_secs() {
                        while let Some((owner, tag)) = server.strays.pop() {
                            server.work(0, owner, tag);
                        }
                    }
                }
            }
        }
    }
}
