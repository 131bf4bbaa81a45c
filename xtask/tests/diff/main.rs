//! The diff: what it finds, what it says, and how it is shown.

mod cases;
mod compare;
