//! The buffer between the channels and the reader of the stream, bounded by a setting.

use super::item::{Gap, Notification};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Notify;

/// What happens when the reader of the stream is too slow, and the buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Reading from the sockets pauses until there is room. At first nothing is lost; a server that waits too
    /// long closes the socket, and then there is a [`Gap`].
    #[default]
    Wait,
    /// The oldest event makes room, and a [`Gap`] stands in its place.
    DropOldest,
}

/// An event was sent at most so long before it came.
const MARGIN: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Queue {
    capacity: usize,
    overflow: Overflow,
    state: Mutex<State>,
    room: Notify,
}

#[derive(Debug, Default)]
struct State {
    items: VecDeque<Notification>,
    reader: Option<Waker>,
    /// Lines that may still push.
    writers: usize,
    closed: bool,
}

impl State {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

impl Queue {
    pub fn new(capacity: usize, overflow: Overflow) -> Self {
        Self {
            capacity: capacity.max(1),
            overflow,
            state: Mutex::default(),
            room: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add_writer(&self) {
        self.lock().writers += 1;
    }

    pub fn remove_writer(&self) {
        let mut state = self.lock();
        state.writers -= 1;
        if state.writers == 0 {
            state.wake();
        }
    }

    /// Nothing is read any more: whoever waits for room goes on, what is pushed is gone.
    pub fn close(&self) {
        self.lock().closed = true;
        self.room.notify_waiters();
    }

    /// Puts an item in, once there is room.
    pub async fn push(&self, item: Notification) {
        let mut item = Some(item);
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            room.as_mut().enable();
            if self.try_push(&mut item) {
                return;
            }
            room.await;
        }
    }

    fn try_push(&self, item: &mut Option<Notification>) -> bool {
        let mut state = self.lock();
        if state.closed {
            return true;
        }
        if state.items.len() >= self.capacity {
            match self.overflow {
                Overflow::Wait => return false,
                Overflow::DropOldest => make_room(&mut state.items, self.capacity),
            }
        }
        state.items.extend(item.take());
        state.wake();
        true
    }

    pub fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Notification>> {
        let mut state = self.lock();
        if let Some(item) = state.items.pop_front() {
            drop(state);
            self.room.notify_one();
            return Poll::Ready(Some(item));
        }
        if state.writers == 0 {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Takes the oldest items out and one gap for them in, so that less than `capacity` items are left.
fn make_room(items: &mut VecDeque<Notification>, capacity: usize) {
    let mut gap: Option<(Gap, BTreeSet<Arc<str>>)> = None;
    let mut kept = Vec::new();
    // The gap takes a place itself, and what comes needs one.
    while !items.is_empty() && items.len() + kept.len() + 1 >= capacity.max(2) {
        let (from, to, topics) = match items.pop_front() {
            Some(Notification::Event(event)) => {
                let name = event.topic().shared_name();
                let sent = event.received().checked_sub(MARGIN);
                (
                    sent.unwrap_or(event.received()),
                    event.received(),
                    vec![name],
                )
            }
            Some(Notification::Gap(gap)) => (gap.from, gap.to, gap.topics),
            // The next failure says the same.
            Some(Notification::Failed(_)) => continue,
            // What is said once is not dropped; there are few of these.
            Some(other) => {
                kept.push(other);
                continue;
            }
            None => break,
        };
        let (gap, names) = gap.get_or_insert_with(|| {
            let topics = Vec::new();
            (Gap { from, to, topics }, BTreeSet::new())
        });
        gap.from = gap.from.min(from);
        gap.to = gap.to.max(to);
        names.extend(topics);
    }
    if let Some((mut gap, names)) = gap {
        gap.topics = names.into_iter().collect();
        items.push_front(Notification::Gap(gap));
    }
    for item in kept.into_iter().rev() {
        items.push_front(item);
    }
}
