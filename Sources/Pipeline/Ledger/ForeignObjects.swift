/// SQL that moves other people's objects out of the way of a migration: views that read a changed table, rules on it and
/// on those views, triggers and policies that name its columns. Postgres refuses to change a column that one of them uses,
/// and a rule may turn a migration's own statements into others. They are dropped, and created again with their owners,
/// privileges, comments, options and indexes, in the migration's transaction.
///
/// What it does not know, such as a function that is declared over a view, stays: the migration then fails as a whole, and
/// the error names the object.
package enum ForeignObjects {
  /// - Parameter tables: names of tables, or of views that the migration drops itself; those that do not exist are ignored.
  package static func setAside(from tables: [String]) -> String {
    let names = tables.map { "'\($0)'" }.joined(separator: ", ")
    return """
      create temporary table set_aside (
        position integer generated always as identity, kind text, name text, relation text, undo text[]
      ) on commit drop;
      do $move$
      declare
        changed oid[] := array(
          select to_regclass(name)::oid from unnest(array[\(names)]) name where to_regclass(name) is not null);
        readers oid[];
        item record;
        detail text;
      begin
        -- From the outermost view to the innermost.
        readers := array(
          with recursive reading (oid, depth) as (
            select r.ev_class, 1 from pg_depend d join pg_rewrite r on r.oid = d.objid
            where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
              and d.refobjid = any (changed) and r.rulename = '_RETURN' and r.ev_class <> all (changed)
            union
            select r.ev_class, v.depth + 1
            from reading v join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = v.oid
              join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
            where r.rulename = '_RETURN' and r.ev_class <> v.oid and r.ev_class <> all (changed)
          )
          select oid from reading group by oid order by max(depth) desc, oid);
        \(record)
        for item in select * from set_aside order by position loop
          begin
            execute case
              when item.kind in ('view', 'materialized view') then format('drop %s %s', item.kind, item.relation)
              else format('drop %s %s on %s', item.kind, item.name, item.relation)
            end;
          exception when dependent_objects_still_exist then
            get stacked diagnostics detail = pg_exception_detail;
            raise exception using errcode = '2BP01', message = format(
              'the migration must drop and create again the %s %s, but another object depends on it: %s',
              item.kind, item.relation, detail);
          end;
        end loop;
      end $move$;
      """
  }

  /// Fills `set_aside`, in the order in which the objects are dropped.
  private static let record = #"""
    insert into set_aside (kind, name, relation, undo)
      select 'rule', quote_ident(r.rulename), c.oid::regclass::text, array_remove(array[
        pg_get_ruledef(r.oid),
        case r.ev_enabled when 'D' then format('alter table %s disable rule %I', c.oid::regclass, r.rulename)
          when 'R' then format('alter table %s enable replica rule %I', c.oid::regclass, r.rulename)
          when 'A' then format('alter table %s enable always rule %I', c.oid::regclass, r.rulename) end,
        format('comment on rule %I on %s is %L', r.rulename, c.oid::regclass, obj_description(r.oid, 'pg_rewrite'))
      ], null)
      from pg_rewrite r join pg_class c on c.oid = r.ev_class
      where r.rulename <> '_RETURN' and (r.ev_class = any (changed || readers) or exists (
        select from pg_depend d where d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = any (changed || readers)))
      order by r.oid;
    insert into set_aside (kind, name, relation, undo)
      select 'trigger', quote_ident(t.tgname), c.oid::regclass::text, array_remove(array[
        pg_get_triggerdef(t.oid),
        case t.tgenabled when 'D' then format('alter table %s disable trigger %I', c.oid::regclass, t.tgname)
          when 'R' then format('alter table %s enable replica trigger %I', c.oid::regclass, t.tgname)
          when 'A' then format('alter table %s enable always trigger %I', c.oid::regclass, t.tgname) end,
        format('comment on trigger %I on %s is %L', t.tgname, c.oid::regclass, obj_description(t.oid, 'pg_trigger'))
      ], null)
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where not t.tgisinternal and (c.oid = any (readers) or exists (
        select from pg_depend d where d.classid = 'pg_trigger'::regclass and d.objid = t.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = any (changed) and d.refobjsubid > 0))
      order by t.oid;
    insert into set_aside (kind, name, relation, undo)
      select 'policy', quote_ident(p.polname), c.oid::regclass::text, array[
        format('create policy %I on %s as %s for %s to %s%s%s', p.polname, c.oid::regclass,
          case when p.polpermissive then 'permissive' else 'restrictive' end,
          case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
            else 'all' end,
          (select string_agg(case role when 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, ', ')
            from unnest(p.polroles) role),
          coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
          coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')),
        format('comment on policy %I on %s is %L', p.polname, c.oid::regclass, obj_description(p.oid, 'pg_policy'))]
      from pg_policy p join pg_class c on c.oid = p.polrelid
      where exists (
        select from pg_depend d where d.classid = 'pg_policy'::regclass and d.objid = p.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = any (changed || readers) and d.refobjsubid > 0)
      order by p.oid;
    insert into set_aside (kind, name, relation, undo)
      select case c.relkind when 'm' then 'materialized view' else 'view' end, null, v.name,
        array[
          case c.relkind
            when 'm' then format('create materialized view %s using %I%s%s as %s with %s', v.name, m.amname, v.options,
              (select format(' tablespace %I', spcname) from pg_tablespace where oid = c.reltablespace),
              v.definition, case when c.relispopulated then 'data' else 'no data' end)
            else format('create view %s%s as %s', v.name, v.options, v.definition)
          end,
          -- Default privileges may have given others more than they had.
          format($f$do $g$ declare who text; begin
            for who in select distinct case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
              from pg_class, aclexplode(relacl) where pg_class.oid = %L::regclass%s
            loop execute 'revoke all on %s from ' || who; end loop; end $g$$f$, v.name,
            case when c.relacl is null then ' and grantee <> relowner' else '' end, replace(v.name, '''', ''''''))
        ]
        || array(select replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') from pg_index
          where indrelid = c.oid order by indexrelid)
        || array(select format('comment on index %s is %L', indexrelid::regclass, obj_description(indexrelid, 'pg_class'))
          from pg_index where indrelid = c.oid and obj_description(indexrelid, 'pg_class') is not null)
        || array(select format('alter materialized view %s cluster on %I', v.name,
            (select relname from pg_class where oid = indexrelid))
          from pg_index where indrelid = c.oid and indisclustered)
        || array(select format('alter view %s alter column %I set default %s', v.name, a.attname,
            pg_get_expr(f.adbin, f.adrelid))
          from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum where f.adrelid = c.oid)
        || array(select case o.objsubid when 0
            then format('comment on %s %s is %L', case c.relkind when 'm' then 'materialized view' else 'view' end,
              v.name, o.description)
            else format('comment on column %s.%I is %L', v.name, a.attname, o.description) end
          from pg_description o left join pg_attribute a on a.attrelid = c.oid and a.attnum = o.objsubid
          where o.objoid = c.oid and o.classoid = 'pg_class'::regclass)
        || array(select format('grant %s on %s to %s%s', g.privilege_type, v.name,
            case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
            case when g.is_grantable then ' with grant option' else '' end)
          from aclexplode(c.relacl) g)
        || array(select format('grant %s (%I) on %s to %s%s', g.privilege_type, a.attname, v.name,
            case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
            case when g.is_grantable then ' with grant option' else '' end)
          from pg_attribute a, aclexplode(a.attacl) g where a.attrelid = c.oid and a.attacl is not null)
        || array[format('alter %s %s owner to %I', case c.relkind when 'm' then 'materialized view' else 'view' end,
          v.name, pg_get_userbyid(c.relowner))]
      from unnest(readers) with ordinality x (oid, number) join pg_class c using (oid)
        left join pg_am m on m.oid = c.relam
        cross join lateral (select c.oid::regclass::text as name, rtrim(pg_get_viewdef(c.oid), ';') as definition,
          coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') as options) v
      order by x.number;
    """#

  /// Creates the objects again, the last dropped first.
  package static let restore = """
    do $$
    declare
      item record;
      statement text;
    begin
      for item in select * from set_aside order by position desc loop
        begin
          foreach statement in array item.undo loop execute statement; end loop;
        exception when others then
          raise exception using errcode = '0A000', message = format(
            'the %s %s does not fit the migrated tables: %s. Drop it, migrate, and create it again as you need it',
            item.kind, concat_ws(' on ', item.name, item.relation), sqlerrm);
        end;
      end loop;
    end $$;
    """
}
