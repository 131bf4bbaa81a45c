//! The order in which the docs list parameters, and fields: it matters where it is that of arguments.

use super::collector::{ChangeCollector, sides};
use crate::change::{Id, Impact};

use Impact::{Breaking, None as Unchanged};

/// What is said of a new order.
pub(super) struct Words {
    pub(super) id: Id,
    /// Required ones, which are positional in Rust, trade places.
    pub(super) arguments: &'static str,
    /// Only others do.
    pub(super) others: &'static str,
}

/// Compares the order of what is paired, by index before and after. `name` is that of the index
/// after.
pub(super) fn compare<'a>(
    words: &Words,
    mut pairs: Vec<(usize, usize)>,
    is_argument: impl Fn(usize, usize) -> bool,
    name: impl Fn(usize) -> &'a str,
    changes: &mut ChangeCollector,
) {
    pairs.sort_unstable();
    if pairs.is_sorted_by_key(|(_, after)| *after) {
        return;
    }
    let arguments: Vec<_> = pairs
        .iter()
        .copied()
        .filter(|(before, after)| is_argument(*before, *after))
        .collect();
    let breaks = !arguments.is_sorted_by_key(|(_, after)| *after);
    let (rust, mut listed, text) = if breaks {
        (Breaking, arguments, words.arguments)
    } else {
        (Unchanged, pairs, words.others)
    };
    let names = |listed: &[(usize, usize)]| {
        let names: Vec<&str> = listed.iter().map(|(_, after)| name(*after)).collect();
        names.join(", ")
    };
    let before = names(&listed);
    listed.sort_unstable_by_key(|(_, after)| *after);
    changes.push(
        words.id,
        sides(&before, &names(&listed)),
        Unchanged,
        rust,
        text.to_owned(),
    );
}
