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
    records as materialized (
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
            date_trunc('month', received_at)::date as began,
            count(*) as dossiers_received_in_month,
            count(*) filter (where online) as dossiers_received_online,
            count(*) filter (where charged) as dossiers_with_charge,
            count(*) filter (where charged and paid_online) as dossiers_charge_paid_online
        from records
        group by all
        union all by name
        select
            code,
            date_trunc('month', finished_at)::date as began,
            count(*) as dossiers_resolved,
            count(*) filter (where finished_at <= due_at) as dossiers_resolved_on_time,
            sum(epoch(finished_at - received_at)) / 86400 as dossier_processing_days,
            count(*) filter (where digitised) as dossiers_resolved_digitised
        from records
        where finished_at is not null
        group by all
    ),

    received as (
        select code, received_at::date as began, count(*) as dossiers
        from records
        group by all
    ),

    communes as (select distinct code from records),

-- Every commune has a figure in every month and day that was told; none is a real zero.
    months as (select distinct (label || '-01')::date as began from records),

    days as (
        select unnest(generate_series(began, last_day(began), interval 1 day))::date as began
        from months
    ),

    monthly as (
        select code, began, coalesce(sum(columns(* exclude (code, began))), 0)::double
        from communes
        cross join months
        left join happened using (code, began)
        group by all
    ),

    counted as (
        select element, code, strftime(began, '%Y-%m') as label, value
        from (unpivot monthly on columns(* exclude (code, began)) into name element value value)
        union all
        select 'dossiers_received', code, strftime(began, '%Y-%m-%d'), coalesce(dossiers, 0)
        from communes
        cross join days
        left join received using (code, began)
    )

select *, 'statistics' as code_system, '2025-07-01' as codes_as_of, true as applies
from counted
;

-- name: labels
select distinct label
from facts
where label is not null
;

-- name: observed
create table observed as
select
    facts.element,
    coalesce(facts.area, codes.area) as place,
    labels.kind,
    labels.first_day,
    labels.last_day,
    facts.value,
    facts.applies
from facts
inner join labels using (label)
inner join
    data_elements as elements
    on facts.element = elements.data_element
    and labels.kind = elements.frequency
left join
    area_codes as codes
    on facts.code_system = codes.code_system
    and facts.code = codes.code
    and case facts.codes_as_of
        when 'period' then labels.last_day
        when 'received' then facts.received
        else try_cast(facts.codes_as_of as date)
    end between coalesce(codes.valid_from, date '0001-01-01')
    and coalesce(codes.valid_to, date '9999-12-31')
where place is not null
;
