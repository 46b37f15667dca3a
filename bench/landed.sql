-- name: facts
create table facts (
    element varchar,
    label varchar,
    received date,
    code_system varchar,
    codes_as_of varchar,
    code varchar,
    area varchar,
    value double,
    applies boolean
)
;

-- name: one_stop
insert into facts by name
with
    records as (
        select
            "DonViXuLy" as code,
            "MaHoSo" as dossier,
            "KenhThucHien" = '2' as online,
            strptime("NgayTiepNhan", '%d/%m/%Y %H:%M:%S') as received_at,
            strptime("NgayHenTra", '%d/%m/%Y %H:%M:%S') as due_at,
            strptime("NgayKetThucXuLy", '%d/%m/%Y %H:%M:%S') as finished_at,
            "Danhsachphilephi.Gia"::double > 0 as charged,
            "DuocThanhToanTrucTuyen" in ('1', '2') as paid_online,
            "DuocSoHoa" = 'true' as digitised,
            filename.split('/')[-2] as label
        from
            read_csv(
                $files,
                filename = true,
                all_varchar = true,
                header = true,
                delim = ',',
                quote = '"',
                escape = '"'
            )
        qualify row_number() over (partition by dossier order by label desc) = 1
    ),

    happened as (
        select
            code,
            strftime(received_at, '%Y-%m') as label,
            count(*) as dossiers_received_in_month,
            count(*) filter (where online) as dossiers_received_online,
            count(*) filter (where charged) as dossiers_with_charge,
            count(*) filter (where charged and paid_online) as dossiers_charge_paid_online
        from records
        group by all
        union all by name
        select
            code,
            strftime(finished_at, '%Y-%m') as label,
            count(*) as dossiers_resolved,
            count(*) filter (where finished_at <= due_at) as dossiers_resolved_on_time,
            sum(epoch(finished_at - received_at)) / 86400 as dossier_processing_days,
            count(*) filter (where digitised) as dossiers_resolved_digitised
        from records
        where finished_at is not null
        group by all
        union all by name
        select code, strftime(received_at, '%Y-%m-%d') as label, count(*) as dossiers_received
        from records
        group by all
    ),

-- Every commune has a figure in every month and day that was told; none is a real zero.
    months as (select distinct label from records),

    days as (
        select strftime(unnest(generate_series(first, first + interval 1 month - interval 1 day,
            interval 1 day)), '%Y-%m-%d') as label
        from (select (label || '-01')::timestamp as first from months)
    ),

    owed as (
        select code, label
        from (select distinct code from records) cross join (from months union all from days)
    ),

    counted as (
        select code, label, coalesce(sum(columns(* exclude (code, label))), 0)::double
        from owed
        left join happened using (code, label)
        group by all
    )

select
    element,
    label,
    null as received,
    'statistics' as code_system,
    '2025-07-01' as codes_as_of,
    code,
    value,
    true as applies
from (unpivot counted on columns(* exclude (code, label)) into name element value value)
where (element = 'dossiers_received') = (len(label) = 10)
;
