//! Methods that set one field each, for structs that callers make from a default.

/// Writes `with_...` for fields of a struct. A field of `Option<T>` is written `field?: T`: its method takes a `T` or an
/// `Option<T>`.
macro_rules! setters {
    ($type:ident $(<$life:lifetime>)? { $($rest:tt)+ }) => {
        impl $(<$life>)? $type $(<$life>)? {
            setters!(@ $($rest)+);
        }
    };
    (@ $with:ident $field:ident?: $kind:ty; $($rest:tt)*) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $with(mut self, $field: impl Into<Option<$kind>>) -> Self {
            self.$field = $field.into();
            self
        }
        setters!(@ $($rest)*);
    };
    (@ $with:ident $field:ident: $kind:ty; $($rest:tt)*) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $with(mut self, $field: $kind) -> Self {
            self.$field = $field;
            self
        }
        setters!(@ $($rest)*);
    };
    (@) => {};
}
