-- Which screens are shown, and by which node: what the console says of each. Written on the side, never on the way of a check-in.

-- A node as long as it runs. One that has said nothing for ten seconds counts as gone, and its screens with it.
create table display_nodes (
    -- Drawn by the node when it starts.
    node bigint primary key,
    heard_at timestamptz not null
);

create table shown_screens (
    node bigint not null references display_nodes (node) on delete cascade,
    screen bigint not null references screens (screen),
    -- When its last page on this node went; null while there is one.
    gone_at timestamptz,
    constraint screen_is_shown_once_per_node primary key (node, screen)
);

create index shown_screens_by_screen on shown_screens (screen);
