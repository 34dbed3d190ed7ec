//! Fault injection: API errors, gateway errors, broken connections and wrong data, on demand or at random.

mod chaos;
mod error_codes;
mod fault;
mod injector;
mod mangle;
mod refusal;
mod response;
mod target;

pub use chaos::Chaos;
pub use error_codes::error_codes;
pub use fault::Fault;
pub(crate) use injector::{ActiveFault, FaultInjector};
pub use mangle::Mangle;
pub use refusal::Refusal;
pub(crate) use response::{pad, truncate};
pub(crate) use target::RequestTarget;
