use entity::timestamp::Timestamp;
use std::sync::Arc;
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);
impl Clock {
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}
