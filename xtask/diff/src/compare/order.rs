//! The order in which the docs list parameters, and fields.

/// The names in the order before and after, of what is paired by its index before and after; `None` where
/// the order is the same. `name` is that of the index after.
pub(super) fn traded<'a>(
    mut pairs: Vec<(usize, usize)>,
    name: impl Fn(usize) -> &'a str,
) -> Option<(String, String)> {
    let names = |pairs: &[(usize, usize)]| {
        let names: Vec<&str> = pairs.iter().map(|(_, after)| name(*after)).collect();
        names.join(", ")
    };
    pairs.sort_unstable();
    if pairs.is_sorted_by_key(|(_, after)| *after) {
        return None;
    }
    let before = names(&pairs);
    pairs.sort_unstable_by_key(|(_, after)| *after);
    Some((before, names(&pairs)))
}
