//! What the diff finds and says, and the compiler as its judge.

mod cases;
mod compare;
mod compiler;
