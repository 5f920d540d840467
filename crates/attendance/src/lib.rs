//! The day itself: who was there, as recorded by their phones, the venue's screen and the staff.

zaichang_platform::modules! {
    checkin,
    presence,
    display,
    face,
    phone,
    records,
}
