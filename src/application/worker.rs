//! stub
use crate::domain::time::Timestamp;
/// stub
pub struct Heartbeat;
impl Heartbeat {
    /// stub
    pub fn last(&self) -> Timestamp { Timestamp::default() }
}
