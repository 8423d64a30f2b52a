-- Artists with descriptions of 64 KB: 500 of them have as much as the database sends at once.
insert into artists (name, description)
select 'Many ' || number, repeat(md5(number::text), 2000) from generate_series(1, 500) number;
