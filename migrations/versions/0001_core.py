"""People, groups, items and what is attached to them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table('group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=100), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('colour', sa.String(length=20), nullable=False),
    sa.Column('pictogram', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('trashed_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('to', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('html', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=True),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    op.create_index(op.f('ix_mail_due_at'), 'mail', ['due_at'], unique=False)
    op.create_table('site_note',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_site_note'))
    )
    op.create_table('term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vocabulary', sa.String(length=20), nullable=False),
    sa.Column('slug', sa.String(length=100), nullable=False),
    sa.Column('label', sa.String(length=160), nullable=False),
    sa.Column('label_en', sa.String(length=160), nullable=False),
    sa.Column('synonyms', sa.JSON(), nullable=False),
    sa.Column('uri', sa.String(length=300), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['term.id'], name=op.f('fk_term_parent_id_term'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('vocabulary', 'slug', name=op.f('uq_term_vocabulary'))
    )
    op.create_index(op.f('ix_term_parent_id'), 'term', ['parent_id'], unique=False)
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('role', sa.SmallInteger(), nullable=False),
    sa.Column('professional', sa.Boolean(), nullable=False),
    sa.Column('lang', sa.String(length=5), nullable=True),
    sa.Column('pictogram', sa.String(length=20), nullable=False),
    sa.Column('colour', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('deactivated_at', sa.DateTime(), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_api_token_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_user_id'), 'api_token', ['user_id'], unique=False)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('role', sa.SmallInteger(), nullable=False),
    sa.Column('professional', sa.Boolean(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_invitation_group_id_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invited_by_id'], ['user.id'], name=op.f('fk_invitation_invited_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    op.create_index(op.f('ix_invitation_email'), 'invitation', ['email'], unique=False)
    op.create_index(op.f('ix_invitation_group_id'), 'invitation', ['group_id'], unique=False)
    op.create_index(op.f('ix_invitation_invited_by_id'), 'invitation', ['invited_by_id'], unique=False)
    op.create_table('item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('slug', sa.String(length=100), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('cover_id', sa.Integer(), nullable=True),
    sa.Column('scope', sa.SmallInteger(), nullable=False),
    sa.Column('ceiling', sa.SmallInteger(), nullable=True),
    sa.Column('lang', sa.String(length=5), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('revision_count', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=200), nullable=True),
    sa.Column('source', sa.String(length=400), nullable=True),
    sa.Column('extra', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_item_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cover_id'], ['item.id'], name=op.f('fk_item_cover_id_item'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_item_group_id_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['parent_id'], ['item.id'], name=op.f('fk_item_parent_id_item'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item'))
    )
    op.create_index(op.f('ix_item_author_id'), 'item', ['author_id'], unique=False)
    op.create_index(op.f('ix_item_cover_id'), 'item', ['cover_id'], unique=False)
    op.create_index('ix_item_group_id_kind', 'item', ['group_id', 'kind'], unique=False)
    op.create_index('ix_item_group_id_slug', 'item', ['group_id', 'slug'], unique=False)
    op.create_index('ix_item_kind_updated_at', 'item', ['kind', 'updated_at'], unique=False)
    op.create_index('ix_item_origin', 'item', ['group_id', 'origin', 'source'], unique=True)
    op.create_index(op.f('ix_item_parent_id'), 'item', ['parent_id'], unique=False)
    op.create_index(op.f('ix_item_scope'), 'item', ['scope'], unique=False)
    op.create_index(op.f('ix_item_updated_at'), 'item', ['updated_at'], unique=False)
    op.create_table('membership',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.SmallInteger(), nullable=False),
    sa.Column('joined_at', sa.DateTime(), nullable=False),
    sa.Column('visited_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_membership_group_id_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'group_id', name=op.f('pk_membership'))
    )
    op.create_index(op.f('ix_membership_group_id'), 'membership', ['group_id'], unique=False)
    op.create_table('user_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_session_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_session_token_hash'))
    )
    op.create_index(op.f('ix_user_session_user_id'), 'user_session', ['user_id'], unique=False)
    op.create_table('comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('reply_to_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('author_name', sa.String(length=80), nullable=False),
    sa.Column('author_email', sa.String(length=254), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('removed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_comment_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_comment_item_id_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reply_to_id'], ['comment.id'], name=op.f('fk_comment_reply_to_id_comment'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index(op.f('ix_comment_author_id'), 'comment', ['author_id'], unique=False)
    op.create_index(op.f('ix_comment_item_id'), 'comment', ['item_id'], unique=False)
    op.create_index(op.f('ix_comment_reply_to_id'), 'comment', ['reply_to_id'], unique=False)
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=30), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_event_actor_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_event_group_id_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_event_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_actor_id'), 'event', ['actor_id'], unique=False)
    op.create_index(op.f('ix_event_created_at'), 'event', ['created_at'], unique=False)
    op.create_index('ix_event_group_id_created_at', 'event', ['group_id', 'created_at'], unique=False)
    op.create_index(op.f('ix_event_item_id'), 'event', ['item_id'], unique=False)
    op.create_table('item_term',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_term_item_id_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['term_id'], ['term.id'], name=op.f('fk_item_term_term_id_term'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', 'term_id', name=op.f('pk_item_term'))
    )
    op.create_index(op.f('ix_item_term_term_id'), 'item_term', ['term_id'], unique=False)
    op.create_table('publication_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.SmallInteger(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_publication_request_answered_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_publication_request_asked_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_publication_request_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication_request'))
    )
    op.create_index(op.f('ix_publication_request_answered_at'), 'publication_request', ['answered_at'], unique=False)
    op.create_index(op.f('ix_publication_request_answered_by_id'), 'publication_request', ['answered_by_id'], unique=False)
    op.create_index(op.f('ix_publication_request_asked_by_id'), 'publication_request', ['asked_by_id'], unique=False)
    op.create_index(op.f('ix_publication_request_item_id'), 'publication_request', ['item_id'], unique=False)
    op.create_table('reference',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=True),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('slug', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['item.id'], name=op.f('fk_reference_source_id_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_id'], ['item.id'], name=op.f('fk_reference_target_id_item'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference'))
    )
    op.create_index('ix_reference_slug', 'reference', ['slug'], unique=False)
    op.create_index(op.f('ix_reference_source_id'), 'reference', ['source_id'], unique=False)
    op.create_index(op.f('ix_reference_target_id'), 'reference', ['target_id'], unique=False)
    op.create_table('rendering',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('toc', sa.JSON(), nullable=False),
    sa.Column('plain', sa.Text(), nullable=False),
    sa.Column('headings', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_rendering_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', 'field', name=op.f('pk_rendering'))
    )
    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_revision_actor_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_revision_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('item_id', 'number', name=op.f('uq_revision_item_id'))
    )
    op.create_index(op.f('ix_revision_actor_id'), 'revision', ['actor_id'], unique=False)
    op.create_table('watch',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_watch_item_id_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_watch_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'item_id', name=op.f('pk_watch'))
    )
    op.create_index(op.f('ix_watch_item_id'), 'watch', ['item_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_watch_item_id'), table_name='watch')
    op.drop_table('watch')
    op.drop_index(op.f('ix_revision_actor_id'), table_name='revision')
    op.drop_table('revision')
    op.drop_table('rendering')
    op.drop_index(op.f('ix_reference_target_id'), table_name='reference')
    op.drop_index(op.f('ix_reference_source_id'), table_name='reference')
    op.drop_index('ix_reference_slug', table_name='reference')
    op.drop_table('reference')
    op.drop_index(op.f('ix_publication_request_item_id'), table_name='publication_request')
    op.drop_index(op.f('ix_publication_request_asked_by_id'), table_name='publication_request')
    op.drop_index(op.f('ix_publication_request_answered_by_id'), table_name='publication_request')
    op.drop_index(op.f('ix_publication_request_answered_at'), table_name='publication_request')
    op.drop_table('publication_request')
    op.drop_index(op.f('ix_item_term_term_id'), table_name='item_term')
    op.drop_table('item_term')
    op.drop_index(op.f('ix_event_item_id'), table_name='event')
    op.drop_index('ix_event_group_id_created_at', table_name='event')
    op.drop_index(op.f('ix_event_created_at'), table_name='event')
    op.drop_index(op.f('ix_event_actor_id'), table_name='event')
    op.drop_table('event')
    op.drop_index(op.f('ix_comment_reply_to_id'), table_name='comment')
    op.drop_index(op.f('ix_comment_item_id'), table_name='comment')
    op.drop_index(op.f('ix_comment_author_id'), table_name='comment')
    op.drop_table('comment')
    op.drop_index(op.f('ix_user_session_user_id'), table_name='user_session')
    op.drop_table('user_session')
    op.drop_index(op.f('ix_membership_group_id'), table_name='membership')
    op.drop_table('membership')
    op.drop_index(op.f('ix_item_updated_at'), table_name='item')
    op.drop_index(op.f('ix_item_scope'), table_name='item')
    op.drop_index(op.f('ix_item_parent_id'), table_name='item')
    op.drop_index('ix_item_origin', table_name='item')
    op.drop_index('ix_item_kind_updated_at', table_name='item')
    op.drop_index('ix_item_group_id_slug', table_name='item')
    op.drop_index('ix_item_group_id_kind', table_name='item')
    op.drop_index(op.f('ix_item_cover_id'), table_name='item')
    op.drop_index(op.f('ix_item_author_id'), table_name='item')
    op.drop_table('item')
    op.drop_index(op.f('ix_invitation_invited_by_id'), table_name='invitation')
    op.drop_index(op.f('ix_invitation_group_id'), table_name='invitation')
    op.drop_index(op.f('ix_invitation_email'), table_name='invitation')
    op.drop_table('invitation')
    op.drop_index(op.f('ix_api_token_user_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_table('user')
    op.drop_index(op.f('ix_term_parent_id'), table_name='term')
    op.drop_table('term')
    op.drop_table('site_note')
    op.drop_index(op.f('ix_mail_due_at'), table_name='mail')
    op.drop_table('mail')
    op.drop_table('group')
