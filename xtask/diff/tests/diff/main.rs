//! What the diff finds and says, and the compiler as its judge.

mod approvals;
mod cases;
mod compare;
mod compiler;
mod consumer;
mod formats;
mod noise;
mod shown;
