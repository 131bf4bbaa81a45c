//! The runtime, used as rendered code and its users do. One binary, since each takes its time to
//! link; one file per subject.

mod auth;
mod call;
mod config;
mod events;
mod frozen;
mod fuzz;
mod hostile;
mod job;
mod log_in;
mod mock;
mod network;
mod observe;
mod odd_values;
mod pace;
mod paging;
mod panics;
mod raw;
mod request;
mod retry;
mod shown;
mod soak;
mod soak_server;
mod support;
mod tower;
mod variants;
mod wire;
