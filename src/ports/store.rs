//! Everything that is kept, as one thing: whoever puts the service together hands one store to all who need a part.

use super::conversations::ConversationStore;
use super::neighbours::Neighbours;
use super::outbox::Outbox;
use super::queue::JobQueue;
use super::signs::Signs;
use super::steering::Steering;
use super::upkeep::Upkeep;
use super::waits::Waits;

/// What a service needs of its store. Whoever implements the parts is one.
pub trait Store:
    JobQueue + ConversationStore + Outbox + Signs + Waits + Steering + Upkeep + Neighbours
{
}

impl<S> Store for S where
    S: JobQueue + ConversationStore + Outbox + Signs + Waits + Steering + Upkeep + Neighbours
{
}
