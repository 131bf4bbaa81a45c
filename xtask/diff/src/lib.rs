//! What changed between two versions of the API: on the wire, for Rust code, and for who may call.
//!
//! Pure: [`compare`] takes two [`spec::Api`] values and returns a list of [`Change`]s. Around it: the
//! approvals, the classes of noise, the version to publish, and one renderer per format.

pub mod approvals;
mod bump;
mod change;
mod compare;
pub mod consumer;
pub mod escape;
pub mod locate;
mod noise;
mod remedy;
pub mod renamed;
pub mod render;
pub mod report;
mod words;

pub use approvals::{Approval, Approvals};
pub use bump::Bump;
pub use change::{Access, Change, Id, Impact, Kind, Subject};
pub use compare::{UntypedBodies, compare};
pub use noise::{Classes, Repeated, classify};
pub use report::DiffReport;
