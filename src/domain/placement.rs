//! Moves elements of manually ordered lists.
//!
//! Places are relative: at an end of the list, or beside an anchor. Added elements keep their given order, moved ones
//! their order in the list, and all others theirs.

use std::collections::HashSet;

/// A place in a list. `A` identifies the anchor: an id, or an index once it was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<A> {
    First,
    Last,
    Before(A),
    After(A),
}

impl<A> Place<A> {
    /// Resolves the anchor.
    ///
    /// # Errors
    /// Returns the error of `find`.
    pub fn locate<B, E>(self, find: impl FnOnce(A) -> Result<B, E>) -> Result<Place<B>, E> {
        Ok(match self {
            Self::First => Place::First,
            Self::Last => Place::Last,
            Self::Before(anchor) => Place::Before(find(anchor)?),
            Self::After(anchor) => Place::After(find(anchor)?),
        })
    }
}

impl Place<usize> {
    /// Returns the number of remaining elements before the place. An anchor that is moved itself stands for its gap.
    fn gap(self, length: usize, selected: &HashSet<usize>) -> usize {
        let staying_before = |end: usize| (0..end.min(length)).filter(|index| !selected.contains(index)).count();
        match self {
            Self::First => 0,
            Self::Last => staying_before(length),
            Self::Before(anchor) => staying_before(anchor),
            Self::After(anchor) => staying_before(anchor.saturating_add(1)),
        }
    }
}

/// Inserts `new` at one place, in the given order.
pub fn add<T>(list: &mut Vec<T>, new: Vec<T>, place: Place<usize>) {
    let gap = place.gap(list.len(), &HashSet::new());
    list.splice(gap..gap, new);
}

/// Moves the elements at the indices `moved` to one place, in their order in the list. If the anchor is moved itself,
/// the others gather around it, so that an element that is placed beside itself does not move.
pub fn move_to<T>(list: &mut Vec<T>, moved: &[usize], place: Place<usize>) {
    let selected: HashSet<usize> = moved.iter().copied().collect();
    let gap = place.gap(list.len(), &selected);
    let removed = take(list, &selected);
    list.splice(gap..gap, removed);
}

/// Removes the elements at the indices `gone`.
pub fn remove<T>(list: &mut Vec<T>, gone: &[usize]) {
    take(list, &gone.iter().copied().collect());
}

/// Removes the elements at the indices `selected`, and returns them in order.
fn take<T>(list: &mut Vec<T>, selected: &HashSet<usize>) -> Vec<T> {
    let (removed, remaining): (Vec<_>, Vec<_>) =
        std::mem::take(list).into_iter().enumerate().partition(|(index, _)| selected.contains(index));
    let items = |numbered: Vec<(usize, T)>| numbered.into_iter().map(|(_, item)| item);
    list.extend(items(remaining));
    items(removed).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    fn after_move(moved: &[usize], place: Place<usize>) -> String {
        let mut list: Vec<char> = "abcdef".chars().collect();
        move_to(&mut list, moved, place);
        list.into_iter().collect()
    }

    #[test]
    fn added_elements_keep_their_given_order() {
        for (place, expected) in [
            (Place::First, "yxabc"),
            (Place::Last, "abcyx"),
            (Place::Before(1), "ayxbc"),
            (Place::After(1), "abyxc"),
            (Place::After(2), "abcyx"),
        ] {
            let mut list: Vec<char> = "abc".chars().collect();
            add(&mut list, vec!['y', 'x'], place);
            assert_eq!(list.into_iter().collect::<String>(), expected, "{place:?}");
        }
    }

    #[test]
    fn moved_elements_keep_their_list_order() {
        assert_eq!(after_move(&[4, 1], Place::First), "beacdf");
        assert_eq!(after_move(&[4, 1], Place::Last), "acdfbe");
        assert_eq!(after_move(&[4, 1], Place::Before(3)), "acbedf");
        assert_eq!(after_move(&[4, 1], Place::After(3)), "acdbef");
    }

    #[test]
    fn moves_to_a_moved_anchor_gather_around_it() {
        assert_eq!(after_move(&[2], Place::Before(2)), "abcdef");
        assert_eq!(after_move(&[2], Place::After(2)), "abcdef");
        assert_eq!(after_move(&[0, 3, 5], Place::Before(3)), "bcadfe");
        assert_eq!(after_move(&[0, 3, 5], Place::After(3)), "bcadfe");
        assert_eq!(after_move(&[0, 1, 2, 3, 4, 5], Place::After(3)), "abcdef");
    }

    /// A random edit. Indices are fractions of the list's length at the time.
    #[derive(Clone, Debug)]
    enum Step {
        Add(usize, Place<Index>),
        Move(Vec<Index>, Place<Index>),
        Remove(Vec<Index>),
    }

    fn places() -> impl Strategy<Value = Place<Index>> {
        prop_oneof![
            Just(Place::First),
            Just(Place::Last),
            any::<Index>().prop_map(Place::Before),
            any::<Index>().prop_map(Place::After),
        ]
    }

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1_usize..5, places()).prop_map(|(count, place)| Step::Add(count, place)),
            (vec(any::<Index>(), 1..6), places()).prop_map(|(moved, place)| Step::Move(moved, place)),
            vec(any::<Index>(), 1..4).prop_map(Step::Remove),
        ]
    }

    /// The reference implementation: inserts a marker beside the anchor, removes the moved elements, and inserts them
    /// at the marker.
    fn model(list: &[u32], goes_in: &[u32], place: Place<usize>) -> Vec<u32> {
        let mut marked: Vec<Option<u32>> = list.iter().copied().map(Some).collect();
        let at = match place {
            Place::First => 0,
            Place::Last => list.len(),
            Place::Before(anchor) => anchor,
            Place::After(anchor) => anchor + 1,
        };
        marked.insert(at, None);
        marked.retain(|item| item.is_none_or(|item| !goes_in.contains(&item)));
        let with = |item: Option<u32>| item.map_or_else(|| goes_in.to_vec(), |item| vec![item]);
        marked.into_iter().flat_map(with).collect()
    }

    proptest! {
        #[test]
        fn random_edits_match_a_simple_list(steps in vec(steps(), 1..40)) {
            let mut list: Vec<u32> = Vec::new();
            let mut simple: Vec<u32> = Vec::new();
            let mut next = 0..;
            for step in steps {
                let length = list.len();
                let at = |indices: &[Index]| indices.iter().map(|index| index.index(length)).collect::<Vec<_>>();
                let found = |place: Place<Index>| match place.locate(|anchor| if length == 0 { Err(()) } else { Ok(anchor.index(length)) }) {
                    Ok(place) => place,
                    Err(()) => Place::Last,
                };
                match step {
                    Step::Add(count, place) => {
                        let new: Vec<u32> = next.by_ref().take(count).collect();
                        simple = model(&simple, &new, found(place));
                        add(&mut list, new, found(place));
                    }
                    Step::Move(moved, place) if length > 0 => {
                        let moved = at(&moved);
                        let in_order: Vec<u32> =
                            (0..length).filter(|index| moved.contains(index)).map(|index| simple[index]).collect();
                        simple = model(&simple, &in_order, found(place));
                        move_to(&mut list, &moved, found(place));
                    }
                    Step::Remove(gone) if length > 0 => {
                        let gone = at(&gone);
                        let values: Vec<u32> = gone.iter().map(|index| simple[*index]).collect();
                        simple.retain(|item| !values.contains(item));
                        remove(&mut list, &gone);
                    }
                    Step::Move(..) | Step::Remove(_) => {}
                }
                prop_assert_eq!(&list, &simple);
            }
        }
    }
}
