-- Items with descriptions of 4 KB: a page of a thousand is as large as a response may be.
insert into unified_items (source_type, source_name, external_id, title, description, amount, tags, metadata, status,
  _dataset, _item, _raw_key, _first_seen, _last_seen, _content_hash)
select 'api', 'many_items', number::text, 'Item ' || number, repeat(md5(number::text), 128), number, '[]', '{}',
  'active', 'many_items', 'all', 'none', now(), now(), '\x00'
from generate_series(1, 3000) number
on conflict do nothing;
