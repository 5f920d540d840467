-- Who has handed a proposal up, and to whom, are units. A file of its own: it locks units, and the table was changed before.

alter table unit_proposals
    add constraint unit_proposal_is_handed_to_a_unit foreign key (handed_to) references units (id),
    add constraint unit_proposal_is_handed_up_by_a_unit foreign key (handed_by) references units (id);
