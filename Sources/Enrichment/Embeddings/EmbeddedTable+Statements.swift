import FoundationEssentials
import Postgres

extension EmbeddedTable {
  /// Returns the statement that finds rows whose vectors are not of their present texts and of this model, by id.
  func changedRows(after id: Int, model: String, limit: Int) -> PostgresStatement {
    let selected = columns.map { column in
      """
      t.\(column.hash), t.\(column.name) is not null,
        case when t.\(column.hash) is null then t.\(column.name)::text end
      """
    }
    // A vector without a hash is the legacy system's. A hash without a vector is one that was lost.
    let mismatches = columns.map { "(t.\($0.name) is null) <> (t.\($0.hash) is null)" }
    return PostgresStatement(
      """
      select t.id, t.embedding_model, \(partsArray), \(fingerprint), \(selected.joined(separator: ", "))
      from \(name) t
      where t.id > $1 and (t.embedding_source is distinct from \(fingerprint) or t.embedding_model is distinct from $2
        or \(mismatches.joined(separator: " or ")))
      order by t.id limit $3
      """, [.int(id), .text(model), .int(limit)])
  }

  /// Returns the statement that looks for vectors of texts in other rows, by one scan of the table. An index of hashes
  /// would make each load that changes rows slower. The vectors are read last, one for each hash.
  func vectors(of hashes: [String], in column: Column, model: String) -> PostgresStatement {
    PostgresStatement(
      """
      select f.hash, t.\(column.name)::text from (
        select t.\(column.hash) as hash, min(t.id) as id
        from unnest($1::text[]) h (hash) join \(name) t on t.\(column.hash) = h.hash
        where t.embedding_model = $2 and t.\(column.name) is not null group by 1) f
      join \(name) t on t.id = f.id
      """, [.texts(hashes), .text(model)])
  }

  /// Returns the statement that writes the vectors of some rows, and returns their ids. It waits for no other writer: a
  /// row that a load has locked is left out, and so is one whose texts or model have changed meanwhile. The next run finds
  /// them. So it can be part of no deadlock, and delays a load by no more than itself.
  func update(_ rows: [EmbeddedRow.Update], model: String) -> PostgresStatement {
    var assignments = ["embedding_source = x.source", "embedding_model = $2"]
    var arrays = ["$1::int8[]", "$3::bytea[]", "$4::text[]"]
    var names = ["id", "source", "former_model"]
    var values: [PostgresValue] = [
      .ints(rows.map(\.id)), .text(model), .bytesList(rows.map(\.source)), .texts(rows.map(\.formerModel)),
    ]
    for (index, column) in columns.enumerated() {
      let (hash, vector, keep) = ("hash\(index)", "vector\(index)", "keep\(index)")
      assignments.append("\(column.hash) = x.\(hash)")
      // The former value itself is kept, bit for bit.
      assignments.append("\(column.name) = case when x.\(keep) then t.\(column.name) else x.\(vector)::vector end")
      arrays += ["$\(values.count + 1)::text[]", "$\(values.count + 2)::text[]", "$\(values.count + 3)::bool[]"]
      names += [hash, vector, keep]
      let contents = rows.map { $0.columns[index] }
      values += [
        .texts(contents.map(\.hash)), .texts(contents.map(\.vector)), .bools(contents.map(\.keepsVector)),
      ]
    }
    return PostgresStatement(
      """
      with free as materialized (
        select id from \(name) where id = any ($1::int8[]) order by id for no key update skip locked)
      update \(name) t set \(assignments.joined(separator: ", "))
      from unnest(\(arrays.joined(separator: ", "))) x (\(names.joined(separator: ", "))) join free on free.id = x.id
      where t.id = x.id and \(fingerprint) = x.source and t.embedding_model is not distinct from x.former_model
      returning t.id
      """, values)
  }
}
